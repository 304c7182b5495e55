package io.forestage.weights;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Collections;
import java.util.List;
import java.util.Map;

/**
 * A header that has been held against its file: eight bytes of length, little-endian, then JSON,
 * then the tensors' bytes without gap or overlap to the end of the file.
 *
 * @param tensors in the order of their bytes
 */
record SafetensorsHeader(Map<String, String> metadata, List<StoredTensor> tensors) {

    static final int LENGTH_BYTES = Long.BYTES;

    /** The format's own limit. */
    static final int LONGEST = 100_000_000;

    private static final int SHORTEST = "{}".length();

    static SafetensorsHeader read(FileBytes file) throws WeightFileException {
        long dataStart = LENGTH_BYTES + length(file);
        requireObject(file);
        HeaderJson json = HeaderJson.read(file, LENGTH_BYTES, dataStart);
        return new SafetensorsHeader(
                Collections.unmodifiableMap(json.metadata()),
                new DataSection(file, dataStart).place(json.tensors()));
    }

    private static long length(FileBytes file) throws WeightFileException {
        if (file.size() < LENGTH_BYTES) {
            throw notSafetensors(
                    file,
                    "at least " + (LENGTH_BYTES + SHORTEST) + " bytes",
                    file.size() == 0 ? "an empty file" : "a file of " + file.size() + " bytes");
        }
        ByteBuffer bytes = ByteBuffer.allocate(LENGTH_BYTES).order(ByteOrder.LITTLE_ENDIAN);
        file.read(null, 0, bytes);
        long length = bytes.getLong(0);
        // A length of 2^63 or more is negative here and so refused with the short ones.
        if (length < SHORTEST || length > LONGEST) {
            throw notSafetensors(
                    file,
                    "a header of %d to %d bytes".formatted(SHORTEST, LONGEST),
                    "a header length of " + Long.toUnsignedString(length));
        }
        if (length > file.size() - LENGTH_BYTES) {
            throw notSafetensors(
                    file,
                    "a file that holds its header of " + length + " bytes",
                    "a file of " + file.size() + " bytes");
        }
        return length;
    }

    private static void requireObject(FileBytes file) throws WeightFileException {
        ByteBuffer first = ByteBuffer.allocate(1);
        file.read(null, LENGTH_BYTES, first);
        if (first.get(0) != '{') {
            throw notSafetensors(
                    file,
                    "a header that begins with '{'",
                    "byte 0x%02x".formatted(Byte.toUnsignedInt(first.get(0))));
        }
    }

    private static WeightFileException notSafetensors(FileBytes file, String expected, String found)
            throws WeightFileException {
        byte[] head = new byte[(int) Math.min(file.size(), ForeignFormat.LONGEST)];
        file.read(null, 0, ByteBuffer.wrap(head));
        return ForeignFormat.of(head)
                .map(
                        format ->
                                file.problem(
                                        null,
                                        "a safetensors file with " + expected,
                                        "what looks like " + format.description(),
                                        format.remedy()))
                .orElseGet(
                        () ->
                                file.problem(
                                        null,
                                        "a safetensors file with " + expected,
                                        found,
                                        "it is damaged, or none of the weight files known here"
                                                + " (safetensors, PyTorch, TensorFlow's .index,"
                                                + " .npy, .npz)"));
    }
}
