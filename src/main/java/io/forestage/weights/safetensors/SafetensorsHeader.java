package io.forestage.weights.safetensors;

import io.forestage.weights.ByteSource;
import io.forestage.weights.ElementType;
import io.forestage.weights.FileBytes;
import io.forestage.weights.StoredTensor;
import io.forestage.weights.TensorEntry;
import io.forestage.weights.TensorPlace;
import io.forestage.weights.WeightFileException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.Map;

/**
 * A header, checked against its file: a little-endian length of eight bytes, then JSON, then the
 * tensors' bytes without gap or overlap to the end of the file.
 *
 * @param tensors the tensors in the order of their bytes
 */
record SafetensorsHeader(Map<String, String> metadata, List<StoredTensor> tensors) {

    static final int LENGTH_BYTES = Long.BYTES;

    /** The format's limit. */
    static final int MAX_LENGTH = 100_000_000;

    private static final int MIN_LENGTH = "{}".length();

    static SafetensorsHeader read(ByteSource file) throws WeightFileException {
        long dataStart = LENGTH_BYTES + length(file);
        requireObject(file);
        HeaderJson json = HeaderJson.read(file, LENGTH_BYTES, dataStart);
        return new SafetensorsHeader(
                Collections.unmodifiableMap(json.metadata()),
                new DataSection(file, dataStart).place(json.tensors()));
    }

    private static long length(ByteSource file) throws WeightFileException {
        if (file.size() < LENGTH_BYTES) {
            throw notSafetensors(
                    file,
                    "at least %d bytes".formatted(LENGTH_BYTES + MIN_LENGTH),
                    file.size() == 0
                            ? "an empty file"
                            : "a file of %d bytes".formatted(file.size()));
        }
        ByteBuffer bytes = ByteBuffer.allocate(LENGTH_BYTES).order(ByteOrder.LITTLE_ENDIAN);
        file.read(null, 0, bytes);
        long length = bytes.getLong(0);
        // A length of 2^63 or more is negative here, and refused like a too short one.
        if (length < MIN_LENGTH || length > MAX_LENGTH) {
            throw notSafetensors(
                    file,
                    "a header of %d to %d bytes".formatted(MIN_LENGTH, MAX_LENGTH),
                    "a header length of %s".formatted(Long.toUnsignedString(length)));
        }
        if (length > file.size() - LENGTH_BYTES) {
            throw notSafetensors(
                    file,
                    "its whole header of %d bytes".formatted(length),
                    "a file of %d bytes".formatted(file.size()));
        }
        return length;
    }

    private static void requireObject(ByteSource file) throws WeightFileException {
        ByteBuffer first = ByteBuffer.allocate(1);
        file.read(null, LENGTH_BYTES, first);
        if (first.get(0) != '{') {
            throw notSafetensors(
                    file,
                    "a header that begins with '{'",
                    "byte 0x%02x".formatted(Byte.toUnsignedInt(first.get(0))));
        }
    }

    private static WeightFileException notSafetensors(
            ByteSource file, String expected, String found) throws WeightFileException {
        byte[] head =
                new byte[(int) Math.min(file.size(), SafetensorsFile.ForeignFormat.MAX_LENGTH)];
        file.read(null, 0, ByteBuffer.wrap(head));
        return SafetensorsFile.ForeignFormat.of(head)
                .map(
                        format ->
                                file.problem(
                                        null,
                                        "a safetensors file with %s".formatted(expected),
                                        "what looks like %s".formatted(format.description()),
                                        format.remedy()))
                .orElseGet(
                        () ->
                                file.problem(
                                        null,
                                        "a safetensors file with %s".formatted(expected),
                                        found,
                                        "it is damaged, or in no supported format"
                                                + " (safetensors, PyTorch, TensorFlow's .index,"
                                                + " .npy, .npz, GGUF, llm.c's .bin)"));
    }

    /**
     * The tensors' bytes after the header, without gap or overlap, to the end of the file.
     *
     * @param start the position of the first byte, counted from the start of the file
     */
    private record DataSection(ByteSource file, long start) {

        /** Returns every declared tensor with its place, in the order of their bytes. */
        List<StoredTensor> place(Map<String, HeaderJson.Declaration> declarations)
                throws WeightFileException {
            List<StoredTensor> tensors = new ArrayList<>(declarations.size());
            for (Map.Entry<String, HeaderJson.Declaration> each : declarations.entrySet()) {
                tensors.add(stored(each.getKey(), each.getValue()));
            }
            // Empty tensors come before the one that starts at their offset.
            tensors.sort(
                    Comparator.comparingLong((StoredTensor tensor) -> tensor.place().offset())
                            .thenComparingLong(tensor -> tensor.entry().byteSize()));
            requireCovered(tensors);
            return List.copyOf(tensors);
        }

        private void requireCovered(List<StoredTensor> tensors) throws WeightFileException {
            long end = start;
            for (StoredTensor tensor : tensors) {
                long offset = tensor.place().offset();
                if (offset != end) {
                    throw file.problem(
                            tensor.entry().name(),
                            "data_offsets that start at %d, where the previous tensor ends"
                                    .formatted(end - start),
                            "%d, which leaves %s"
                                    .formatted(
                                            offset - start, offset < end ? "an overlap" : "a gap"),
                            FileBytes.DAMAGED);
                }
                end += tensor.entry().byteSize();
            }
            if (end != file.size()) {
                throw file.problem(
                        null,
                        "a file of %d bytes, as in its header".formatted(end),
                        "a file of %d bytes".formatted(file.size()),
                        FileBytes.DAMAGED);
            }
        }

        private StoredTensor stored(String name, HeaderJson.Declaration declaration)
                throws WeightFileException {
            long dataBytes = file.size() - start;
            List<Long> offsets = declaration.dataOffsets();
            if (offsets.size() != 2
                    || offsets.get(0) > offsets.get(1)
                    || offsets.get(1) > dataBytes) {
                throw file.problem(
                        name,
                        "two ascending data_offsets within the file's %d bytes of data"
                                .formatted(dataBytes),
                        offsets.toString(),
                        FileBytes.DAMAGED);
            }
            long taken = offsets.get(1) - offsets.get(0);
            if (declaration.type() == ElementType.OTHER) {
                return new StoredTensor(
                        new TensorEntry(name, ElementType.OTHER, List.of(taken)),
                        TensorPlace.at(file, start + offsets.get(0)));
            }
            TensorEntry.Size size = size(name, declaration);
            if (size.bytes() != taken) {
                throw file.problem(
                        name,
                        "%d bytes for %s %s"
                                .formatted(size.bytes(), declaration.type(), declaration.shape()),
                        "%d between data_offsets %s".formatted(taken, offsets),
                        FileBytes.DAMAGED);
            }
            return new StoredTensor(
                    new TensorEntry(name, declaration.type(), declaration.shape()),
                    TensorPlace.at(file, start + offsets.get(0)));
        }

        private TensorEntry.Size size(String name, HeaderJson.Declaration declaration)
                throws WeightFileException {
            try {
                return TensorEntry.Size.of(declaration.type(), declaration.shape());
            } catch (IllegalArgumentException tooLarge) {
                throw file.problem(
                        name,
                        "fewer than 2^63 bytes",
                        "%s %s".formatted(declaration.type(), declaration.shape()),
                        FileBytes.DAMAGED);
            }
        }
    }
}
