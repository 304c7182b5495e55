package io.forestage.weights;

import java.util.Optional;

/**
 * GPT-2's two tables and where a file keeps them: under their own name, or under that name with the
 * prefix {@code transformer.} if the file holds a whole language model.
 */
public enum Gpt2Table {
    /** The token embedding, [vocabulary, dimension]. */
    WTE("wte.weight"),
    /** The position embedding, [positions, dimension]. */
    WPE("wpe.weight");

    private static final String PREFIX = "transformer.";

    private final String tensorName;

    Gpt2Table(String tensorName) {
        this.tensorName = tensorName;
    }

    /**
     * Returns the table's name without a prefix.
     *
     * @return {@code wte.weight} or {@code wpe.weight}
     */
    public String tensorName() {
        return tensorName;
    }

    /**
     * Looks for the table under both names.
     *
     * @param file the file to look in
     * @return the table's tensor, unchecked, or empty if the file has none
     * @throws WeightFileException if the file has two
     */
    public Optional<TensorEntry> findIn(SafetensorsFile file) throws WeightFileException {
        Optional<TensorEntry> plain = file.find(tensorName);
        Optional<TensorEntry> prefixed = file.find(PREFIX + tensorName);
        if (plain.isPresent() && prefixed.isPresent()) {
            throw new WeightFileException(
                    file.path(),
                    tensorName,
                    "one table",
                    "another as " + Wording.quoted(PREFIX + tensorName),
                    "remove one of the two from the file");
        }
        return plain.or(() -> prefixed);
    }

    /**
     * Looks for the table under both names and checks that it can be one.
     *
     * @param file the file to look in
     * @return the table's tensor, of two dimensions and of a floating type
     * @throws WeightFileException if the file has none or two, or if the one it has is no table
     */
    public TensorEntry requireIn(SafetensorsFile file) throws WeightFileException {
        String names =
                "%s or %s"
                        .formatted(Wording.quoted(tensorName), Wording.quoted(PREFIX + tensorName));
        TensorEntry table = findIn(file).orElseThrow(() -> file.absent(tensorName, names));
        if (table.shape().size() != 2 || !table.type().isFloatingPoint()) {
            throw new WeightFileException(
                    file.path(),
                    table.name(),
                    "two dimensions of F16, BF16, F32 or F64",
                    "%s %s".formatted(table.type(), table.shape()),
                    "check that the file holds GPT-2's weights");
        }
        return table;
    }
}
