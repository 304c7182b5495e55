package io.forestage.weights;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * A header that has been held against its file: eight bytes of length, little-endian, then JSON,
 * then the tensors' bytes without gap or overlap to the end of the file.
 *
 * @param tensors in the order of their bytes
 */
record SafetensorsHeader(Map<String, String> metadata, List<TensorEntry> tensors) {

    static final int LENGTH_BYTES = Long.BYTES;

    /** The format's own limit. */
    static final int LONGEST = 100_000_000;

    private static final int SHORTEST = "{}".length();

    static SafetensorsHeader read(FileBytes file) throws WeightFileException {
        long dataStart = LENGTH_BYTES + length(file);
        requireObject(file);
        Map<String, String> metadata = new LinkedHashMap<>();
        Map<String, TensorDeclaration> declarations = new LinkedHashMap<>();
        try {
            new HeaderJson(file, LENGTH_BYTES, dataStart).readInto(metadata, declarations);
        } catch (OutOfMemoryError tooMuch) {
            // The header chooses how much we keep; all of it is garbage again at this point.
            throw new WeightFileException(
                    file.path(),
                    null,
                    "a header that fits the heap",
                    "one of " + (dataStart - LENGTH_BYTES) + " bytes",
                    "give the JVM a larger -Xmx",
                    tooMuch);
        }
        return new SafetensorsHeader(
                Collections.unmodifiableMap(metadata), placed(file, dataStart, declarations));
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
                                        FileBytes.DAMAGED));
    }

    private static List<TensorEntry> placed(
            FileBytes file, long dataStart, Map<String, TensorDeclaration> declarations)
            throws WeightFileException {
        List<TensorEntry> tensors = new ArrayList<>(declarations.size());
        for (Map.Entry<String, TensorDeclaration> each : declarations.entrySet()) {
            tensors.add(entry(file, dataStart, each.getKey(), each.getValue()));
        }
        // Empty tensors come before the one that starts at their offset.
        tensors.sort(
                Comparator.comparingLong(TensorEntry::offset)
                        .thenComparingLong(TensorEntry::byteSize));
        long end = dataStart;
        for (TensorEntry tensor : tensors) {
            if (tensor.offset() != end) {
                throw file.problem(
                        tensor.name(),
                        "data_offsets that begin at %d, where the tensor before ends"
                                .formatted(end - dataStart),
                        "%d, which leaves %s"
                                .formatted(
                                        tensor.offset() - dataStart,
                                        tensor.offset() < end ? "an overlap" : "a hole"),
                        FileBytes.DAMAGED);
            }
            end += tensor.byteSize();
        }
        if (end != file.size()) {
            throw file.problem(
                    null,
                    "a file of %d bytes, as its header describes".formatted(end),
                    "one of %d bytes".formatted(file.size()),
                    FileBytes.DAMAGED);
        }
        return List.copyOf(tensors);
    }

    private static TensorEntry entry(
            FileBytes file, long dataStart, String name, TensorDeclaration declaration)
            throws WeightFileException {
        long dataBytes = file.size() - dataStart;
        List<Long> offsets = declaration.dataOffsets();
        if (offsets.size() != 2 || offsets.get(0) > offsets.get(1) || offsets.get(1) > dataBytes) {
            throw file.problem(
                    name,
                    "two ascending data_offsets within the file's %d bytes of data"
                            .formatted(dataBytes),
                    offsets.toString(),
                    FileBytes.DAMAGED);
        }
        long taken = offsets.get(1) - offsets.get(0);
        TensorSize size = size(file, name, declaration);
        if (size.bytes() != taken) {
            throw file.problem(
                    name,
                    "%d bytes for %s %s"
                            .formatted(size.bytes(), declaration.type(), declaration.shape()),
                    "%d between data_offsets %s".formatted(taken, offsets),
                    FileBytes.DAMAGED);
        }
        return new TensorEntry(
                name, declaration.type(), declaration.shape(), dataStart + offsets.get(0), taken);
    }

    private static TensorSize size(FileBytes file, String name, TensorDeclaration declaration)
            throws WeightFileException {
        try {
            return TensorSize.of(declaration.type(), declaration.shape());
        } catch (IllegalArgumentException tooLarge) {
            throw file.problem(
                    name,
                    "fewer than 2^63 bytes",
                    "%s %s".formatted(declaration.type(), declaration.shape()),
                    FileBytes.DAMAGED);
        }
    }
}
