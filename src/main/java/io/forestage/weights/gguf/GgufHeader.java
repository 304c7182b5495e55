package io.forestage.weights.gguf;

import io.forestage.support.Quoted;
import io.forestage.weights.ByteSource;
import io.forestage.weights.FileBytes;
import io.forestage.weights.StoredTensor;
import io.forestage.weights.WeightFileException;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * A header, checked against its file.
 *
 * @param metadata by key, as {@link GgufMetadata#read} returns it
 * @param tensors the tensors in the order of their bytes
 */
record GgufHeader(Map<String, Object> metadata, List<StoredTensor> tensors) {

    /** "GGUF" as a little-endian number. */
    static final int MAGIC = 0x46554747;

    private static final int DEFAULT_ALIGNMENT = 32;

    private static final long MAX_ALIGNMENT = 1 << 20;

    /**
     * Reads a header.
     *
     * @param arrays the keys of the arrays to keep
     */
    static GgufHeader read(ByteSource file, Set<String> arrays) throws WeightFileException {
        GgufInput in = new GgufInput(file);
        if (file.size() < Integer.BYTES || in.readInt() != MAGIC) {
            throw file.problem(
                    null,
                    "a GGUF file, which starts with GGUF",
                    file.size() == 0 ? "an empty file" : "other first bytes",
                    "name a file that llama.cpp wrote");
        }
        requireVersion(file, in.readInt());
        long tensorCount = in.readCount("tensors", GgufTensors.MIN_BYTES);
        long valueCount = in.readCount("values", GgufMetadata.MIN_BYTES);
        Map<String, Object> metadata = new GgufMetadata(file, in, arrays).read(valueCount);
        String architecture =
                metadata.get("general.architecture") instanceof String text ? text : "";
        List<StoredTensor> tensors =
                new GgufTensors(file, architecture)
                        .read(in, tensorCount, alignment(file, metadata));
        return new GgufHeader(metadata, tensors);
    }

    private static void requireVersion(ByteSource file, int version) throws WeightFileException {
        if (version == 2 || version == 3) {
            return;
        }
        boolean isBigEndian = (version & 0xffff) == 0;
        throw file.problem(
                null,
                "GGUF version 2 or 3, little-endian",
                isBigEndian
                        ? "a big-endian file"
                        : "version %s".formatted(Integer.toUnsignedString(version)),
                isBigEndian
                        ? "convert the model again on a little-endian machine"
                        : "convert the model again with today's llama.cpp");
    }

    private static int alignment(ByteSource file, Map<String, Object> metadata)
            throws WeightFileException {
        Object value = metadata.getOrDefault("general.alignment", (long) DEFAULT_ALIGNMENT);
        if (value instanceof Long number
                && number >= 1
                && number <= MAX_ALIGNMENT
                && Long.bitCount(number) == 1) {
            return Math.toIntExact(number);
        }
        throw file.problem(
                null,
                "a power of two up to %d as general.alignment".formatted(MAX_ALIGNMENT),
                Quoted.cut(value.toString()),
                FileBytes.DAMAGED);
    }
}
