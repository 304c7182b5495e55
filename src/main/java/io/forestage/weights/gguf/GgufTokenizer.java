package io.forestage.weights.gguf;

import io.forestage.weights.FileBytes;
import io.forestage.weights.WeightFileException;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * The tokenizer in a GGUF file's metadata, as it stands there.
 *
 * @param file the file
 * @param architecture the model's architecture; empty if not given
 * @param model the tokenizer's kind, such as {@code gpt2} for byte-level BPE
 * @param splitting the name of the rule that cuts a text into pieces; empty if not given
 * @param addsSpace whether a space is put before a text
 * @param tokens the token of each id
 * @param types the type of each token; empty if not given
 * @param merges pairs of tokens with a space between, first merge first
 */
public record GgufTokenizer(
        Path file,
        String architecture,
        String model,
        String splitting,
        boolean addsSpace,
        List<String> tokens,
        List<Long> types,
        List<String> merges) {

    /** The type of tokens such as {@code <|endoftext|>}, which are no text. */
    public static final long CONTROL = 3;

    /** The type of tokens that are found in a text before it is cut into pieces. */
    public static final long USER_DEFINED = 4;

    private static final String PREFIX = "tokenizer.ggml.";
    private static final String TOKENS = PREFIX + "tokens";
    private static final String TYPES = PREFIX + "token_type";
    private static final String MERGES = PREFIX + "merges";

    /** Copies the lists. */
    public GgufTokenizer {
        tokens = List.copyOf(tokens);
        types = List.copyOf(types);
        merges = List.copyOf(merges);
    }

    /**
     * Reads a file's tokenizer.
     *
     * @param file a GGUF file
     * @return its tokenizer, or empty if the metadata has none
     * @throws WeightFileException if the file cannot be read or is invalid
     */
    public static Optional<GgufTokenizer> read(Path file) throws WeightFileException {
        try (FileBytes bytes = FileBytes.open(file)) {
            GgufHeader header = GgufFile.header(bytes, Set.of(TOKENS, TYPES, MERGES));
            Map<String, Object> values = header.metadata();
            if (values.keySet().stream().noneMatch(key -> key.startsWith(PREFIX))) {
                return Optional.empty();
            }
            GgufTokenizer tokenizer =
                    new GgufTokenizer(
                            file,
                            text(values, "general.architecture"),
                            text(values, PREFIX + "model"),
                            text(values, PREFIX + "pre"),
                            Boolean.TRUE.equals(values.get(PREFIX + "add_space_prefix")),
                            list(bytes, values, TOKENS, String.class),
                            list(bytes, values, TYPES, Long.class),
                            list(bytes, values, MERGES, String.class));
            tokenizer.requireTypes(bytes);
            return Optional.of(tokenizer);
        }
    }

    /**
     * Returns the tokenizer in the form in which the model has it on Hugging Face's hub.
     *
     * @return a tokenizer.json in UTF-8
     * @throws IOException if the tokenizer is of a kind of which no such form is known to give the
     *     same ids, or if it is too large for the heap
     */
    public byte[] json() throws IOException {
        return new GgufVocabulary(this).json();
    }

    private void requireTypes(FileBytes bytes) throws WeightFileException {
        if (!types.isEmpty() && types.size() != tokens.size()) {
            throw bytes.problem(
                    null,
                    "a type for each of %d tokens".formatted(tokens.size()),
                    "%d".formatted(types.size()),
                    FileBytes.DAMAGED);
        }
    }

    private static String text(Map<String, Object> values, String key) {
        return values.get(key) instanceof String text ? text : "";
    }

    private static <T> List<T> list(
            FileBytes bytes, Map<String, Object> values, String key, Class<T> type)
            throws WeightFileException {
        Object value = values.getOrDefault(key, List.of());
        if (value instanceof List<?> list && list.stream().allMatch(type::isInstance)) {
            return list.stream().map(type::cast).toList();
        }
        throw bytes.problem(
                null,
                "an array of %ss at %s".formatted(type == Long.class ? "number" : "text", key),
                "another value",
                FileBytes.DAMAGED);
    }
}
