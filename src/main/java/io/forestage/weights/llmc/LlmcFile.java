package io.forestage.weights.llmc;

import io.forestage.weights.ElementType;
import io.forestage.weights.FileBytes;
import io.forestage.weights.Gpt2Table;
import io.forestage.weights.StoredTensor;
import io.forestage.weights.TensorEntry;
import io.forestage.weights.TensorPlace;
import io.forestage.weights.WeightFile;
import io.forestage.weights.WeightFileException;
import io.forestage.weights.WeightFormat;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Opens a model file of llm.c, such as {@code gpt2_124M.bin}. The file has no names: they follow
 * from the order. The two tables get GPT-2's names, the others llm.c's. The rows by which llm.c
 * pads its token table are left out, as no token has them.
 */
public final class LlmcFile {

    /** The number of a file's first bytes that {@link #isModel} needs. */
    public static final int HEAD_BYTES = 2 * Integer.BYTES;

    private static final int MAGIC = 20240326;

    /** The header's integers, most of them unused. */
    private static final int HEADER_BYTES = 256 * Integer.BYTES;

    private LlmcFile() {}

    /**
     * Returns whether a file is a model of llm.c, by its first bytes. No safetensors file starts
     * like that, as its header would be too long.
     *
     * @param head the file's first {@link #HEAD_BYTES} bytes or more, or all if it has fewer
     * @return true if it starts with llm.c's number for models and a version
     */
    public static boolean isModel(byte[] head) {
        if (head.length < HEAD_BYTES) {
            return false;
        }
        ByteBuffer start = ByteBuffer.wrap(head).order(ByteOrder.LITTLE_ENDIAN);
        return start.getInt(0) == MAGIC && start.getInt(Integer.BYTES) != 0;
    }

    /**
     * Opens a file and checks its header against its size.
     *
     * @param file the file; a symbolic link is followed
     * @return the open file; the caller closes it
     * @throws WeightFileException if the file cannot be read or is not a model of llm.c in float32
     *     or bfloat16
     */
    public static WeightFile open(Path file) throws WeightFileException {
        FileBytes bytes = FileBytes.open(file);
        try {
            Header header = Header.read(bytes);
            List<StoredTensor> tensors = header.tensors(bytes);
            // The size came from the path and the bytes from the open file: both must be one file.
            bytes.requireUnchanged();
            return new WeightFile(
                    file, WeightFormat.LLMC, header.metadata(), tensors, List.of(bytes));
        } catch (WeightFileException | RuntimeException | Error failure) {
            bytes.close();
            throw failure;
        }
    }

    /**
     * The header's values.
     *
     * @param positions the maximum number of tokens
     * @param rows the rows of the token table in the file, at least {@code vocabulary}
     */
    private record Header(
            ElementType type,
            int version,
            long positions,
            long vocabulary,
            long layers,
            long heads,
            long channels,
            long rows) {

        static Header read(FileBytes file) throws WeightFileException {
            if (file.size() < HEADER_BYTES) {
                throw file.problem(
                        null,
                        "a model file of llm.c with a header of %d bytes".formatted(HEADER_BYTES),
                        "a file of %d bytes".formatted(file.size()),
                        FileBytes.DAMAGED);
            }
            ByteBuffer values = ByteBuffer.allocate(HEADER_BYTES).order(ByteOrder.LITTLE_ENDIAN);
            file.read(null, 0, values);
            if (values.getInt(0) != MAGIC) {
                throw file.problem(
                        null,
                        "a model file of llm.c, which starts with the number %d".formatted(MAGIC),
                        "the number %d".formatted(values.getInt(0)),
                        "name the file that llm.c wrote, such as gpt2_124M.bin");
            }
            int version = values.getInt(Integer.BYTES);
            Header header =
                    new Header(
                            type(file, version),
                            version,
                            size(file, values, 2, "positions"),
                            size(file, values, 3, "tokens"),
                            size(file, values, 4, "layers"),
                            size(file, values, 5, "heads"),
                            size(file, values, 6, "channels"),
                            size(file, values, 7, "rows of the token table"));
            if (header.rows < header.vocabulary) {
                throw file.problem(
                        null,
                        "a token table of at least %d rows, one for each token"
                                .formatted(header.vocabulary),
                        "%d rows".formatted(header.rows),
                        FileBytes.DAMAGED);
            }
            return header;
        }

        private static ElementType type(FileBytes file, int version) throws WeightFileException {
            return switch (version) {
                case 3 -> ElementType.F32;
                case 5 -> ElementType.BF16;
                default ->
                        throw file.problem(
                                null,
                                "a model file of llm.c in version 3 (float32) or 5 (bfloat16)",
                                "version %d".formatted(version),
                                "write it again with today's train_gpt2.py of llm.c");
            };
        }

        private static int size(FileBytes file, ByteBuffer values, int index, String what)
                throws WeightFileException {
            int value = values.getInt(index * Integer.BYTES);
            if (value < 1) {
                throw file.problem(
                        null,
                        "a positive number of %s in llm.c's header".formatted(what),
                        Integer.toString(value),
                        FileBytes.DAMAGED);
            }
            return value;
        }

        Map<String, String> metadata() {
            Map<String, String> values = new LinkedHashMap<>();
            values.put("version", Integer.toString(version));
            values.put("max_seq_len", Long.toString(positions));
            values.put("vocab_size", Long.toString(vocabulary));
            values.put("num_layers", Long.toString(layers));
            values.put("num_heads", Long.toString(heads));
            values.put("channels", Long.toString(channels));
            values.put("padded_vocab_size", Long.toString(rows));
            return Collections.unmodifiableMap(values);
        }

        /** Returns all parameters in the file's order; their sizes must add up to the file's. */
        List<StoredTensor> tensors(FileBytes file) throws WeightFileException {
            try {
                return placed(file);
            } catch (ArithmeticException | IllegalArgumentException overflow) {
                throw file.problem(
                        null,
                        "parameters of fewer than 2^63 bytes",
                        "more by the header of llm.c: " + metadata(),
                        FileBytes.DAMAGED);
            }
        }

        private List<StoredTensor> placed(FileBytes file) throws WeightFileException {
            List<StoredTensor> tensors = new ArrayList<>();
            long end = HEADER_BYTES;
            for (TensorEntry stored : stored()) {
                boolean isTokens = tensors.isEmpty();
                TensorEntry entry =
                        isTokens
                                ? new TensorEntry(
                                        stored.name(), type, List.of(vocabulary, channels))
                                : stored;
                tensors.add(new StoredTensor(entry, TensorPlace.at(file, end)));
                end = Math.addExact(end, stored.byteSize());
            }
            if (end != file.size()) {
                throw file.problem(
                        null,
                        "a model file of llm.c of %d bytes, as in its header".formatted(end),
                        "a file of %d bytes".formatted(file.size()),
                        FileBytes.DAMAGED);
            }
            return List.copyOf(tensors);
        }

        private List<TensorEntry> stored() {
            return List.of(
                    entry(Gpt2Table.WTE.tensorName(), rows, channels),
                    entry(Gpt2Table.WPE.tensorName(), positions, channels),
                    entry("ln1w", layers, channels),
                    entry("ln1b", layers, channels),
                    entry("qkvw", layers, 3 * channels, channels),
                    entry("qkvb", layers, 3 * channels),
                    entry("attprojw", layers, channels, channels),
                    entry("attprojb", layers, channels),
                    entry("ln2w", layers, channels),
                    entry("ln2b", layers, channels),
                    entry("fcw", layers, 4 * channels, channels),
                    entry("fcb", layers, 4 * channels),
                    entry("fcprojw", layers, channels, 4 * channels),
                    entry("fcprojb", layers, channels),
                    entry("lnfw", channels),
                    entry("lnfb", channels));
        }

        private TensorEntry entry(String name, Long... shape) {
            return new TensorEntry(name, type, List.of(shape));
        }
    }
}
