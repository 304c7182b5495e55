package io.forestage.weights.gguf;

import io.forestage.support.HeapBudget;
import io.forestage.weights.FileBytes;
import io.forestage.weights.WeightFile;
import io.forestage.weights.WeightFileException;
import io.forestage.weights.WeightFormat;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Path;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Opens GGUF files: checks the whole header against the file and reads no tensor. GPT-2's tables
 * get GPT-2's names, {@code wte.weight} for {@code token_embd.weight} and {@code wpe.weight} for
 * {@code position_embd.weight}; a model of an architecture that does more with its tables before
 * the first block, such as {@code bert}, keeps the file's names. Q8_0 is read as float32. Of a
 * tensor that is quantised in another way, the bytes are listed; if it is one of the tables,
 * reading it is refused.
 */
public final class GgufFile {

    private GgufFile() {}

    /**
     * Returns whether a file is GGUF, by its first bytes.
     *
     * @param head the file's first 4 bytes or more, or all if it has fewer
     * @return true if it starts with {@code GGUF}
     */
    public static boolean isGguf(byte[] head) {
        return head.length >= Integer.BYTES
                && ByteBuffer.wrap(head).order(ByteOrder.LITTLE_ENDIAN).getInt(0)
                        == GgufHeader.MAGIC;
    }

    /**
     * Opens a file and checks its header.
     *
     * @param file the file; a symbolic link is followed
     * @return the open file; the caller closes it
     * @throws WeightFileException if the file cannot be read or is not a valid GGUF file of version
     *     2 or 3, little-endian
     */
    public static WeightFile open(Path file) throws WeightFileException {
        FileBytes bytes = FileBytes.open(file);
        try {
            GgufHeader header = header(bytes, Set.of());
            return new WeightFile(
                    file,
                    WeightFormat.GGUF,
                    texts(header.metadata()),
                    header.tensors(),
                    List.of(bytes));
        } catch (WeightFileException | RuntimeException | Error failure) {
            bytes.close();
            throw failure;
        }
    }

    /** Reads a header; the file decides how much heap it takes. */
    static GgufHeader header(FileBytes bytes, Set<String> arrays) throws WeightFileException {
        try {
            GgufHeader header = GgufHeader.read(bytes, arrays);
            // The size came from the path and the bytes from the open file: both must be one file.
            bytes.requireUnchanged();
            return header;
        } catch (OutOfMemoryError tooMuch) {
            throw new WeightFileException(
                    bytes.path(),
                    null,
                    "a GGUF header that fits " + HeapBudget.heap(),
                    "a larger one",
                    HeapBudget.REMEDY,
                    tooMuch);
        }
    }

    private static Map<String, String> texts(Map<String, Object> metadata) {
        Map<String, String> texts = new LinkedHashMap<>();
        metadata.forEach((key, value) -> texts.put(key, value.toString()));
        return Collections.unmodifiableMap(texts);
    }
}
