package io.forestage.weights;

import java.util.Collection;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * GPT-2's two tables and their names in files. After any prefix that ends in a dot, the first of
 * these that a file has is taken:
 *
 * <ol>
 *   <li>{@code wte.weight} and {@code wpe.weight}, without a prefix also {@code wte}, {@code
 *       model/wte} (OpenAI) or, after a fine-tuning with PEFT, {@code
 *       wte.modules_to_save.default.weight}
 *   <li>{@code tok_emb.weight} and {@code pos_emb.weight} or {@code pos_emb} (minGPT, books)
 *   <li>{@code embedding.word_embeddings.weight} and {@code embedding.position_embeddings.weight}
 *       (Megatron)
 *   <li>{@code tokens_embed.weight} and {@code positions_embed.weight} (the first GPT)
 *   <li>{@code embed_in.weight} (GPT-NeoX, which has no second table)
 *   <li>{@code token_embedding_table.weight} and {@code position_embedding_table.weight}, or
 *       without {@code _table} (lectures, Keras)
 * </ol>
 */
public enum Gpt2Table {
    /** The token embedding, [vocabulary, dimension]. */
    WTE(
            "wte",
            "tok_emb\\.weight",
            "embedding\\.word_embeddings\\.weight",
            "tokens_embed\\.weight",
            "embed_in\\.weight",
            "token_embedding(_table)?\\.weight"),
    /** The position embedding, [positions, dimension]. */
    WPE(
            "wpe",
            "pos_emb(\\.weight)?",
            "embedding\\.position_embeddings\\.weight",
            "positions_embed\\.weight",
            "position_embedding(_table)?\\.weight");

    /** The names of each family, compiled. */
    private static final Map<Gpt2Table, List<Pattern>> FAMILIES = new EnumMap<>(Gpt2Table.class);

    static {
        for (Gpt2Table table : values()) {
            String own =
                    "(?s)(model/)?%1$s|(.*\\.)?%1$s(\\.modules_to_save\\.[^.]+)?\\.weight"
                            .formatted(table.shortName);
            Stream<String> others = table.otherNames.lines().map(suffix -> "(?s)(.*\\.)?" + suffix);
            FAMILIES.put(
                    table, Stream.concat(Stream.of(own), others).map(Pattern::compile).toList());
        }
    }

    private final String shortName;
    private final String tensorName;
    private final String otherNames;

    Gpt2Table(String shortName, String... others) {
        this.shortName = shortName;
        this.tensorName = shortName + ".weight";
        this.otherNames = String.join("\n", others);
    }

    private List<Pattern> families() {
        return Objects.requireNonNull(FAMILIES.get(this));
    }

    /** Returns the table's name without a prefix: {@code wte.weight} or {@code wpe.weight}. */
    public String tensorName() {
        return tensorName;
    }

    /** Returns the name that OpenAI's and NumPy's files use: {@code wte} or {@code wpe}. */
    public String shortName() {
        return shortName;
    }

    /**
     * Returns whether a tensor has one of the table's names.
     *
     * @param name a tensor's name
     * @return true if it is one of the names above
     */
    public boolean isNamed(String name) {
        return families().stream().anyMatch(family -> family.matcher(name).matches());
    }

    /**
     * Looks for the table under all its names.
     *
     * @param file the file to look in
     * @return the table's tensor, unchecked, or empty if the file has none
     * @throws WeightFileException if the file has two
     */
    public Optional<TensorEntry> findIn(WeightFile file) throws WeightFileException {
        return TableNames.known().find(this, file);
    }

    /**
     * Looks for the table under all its names and checks its shape and type.
     *
     * @param file the file to look in
     * @return the table's tensor, as {@link TableNames#require} returns it
     * @throws WeightFileException if the file has none or two, or if its shape or type does not fit
     */
    public TensorEntry requireIn(WeightFile file) throws WeightFileException {
        return TableNames.known().require(this, file);
    }

    /** Returns the names of the first family that has any. */
    List<String> among(Collection<String> names) {
        for (Pattern family : families()) {
            List<String> found =
                    names.stream().filter(name -> family.matcher(name).matches()).toList();
            if (!found.isEmpty()) {
                return found;
            }
        }
        return List.of();
    }
}
