package io.forestage.weights;

import io.forestage.support.Quoted;
import java.util.List;
import java.util.Optional;

/**
 * GPT-2's two tables and their names in files: {@code wte.weight}, the same after a prefix ({@code
 * transformer.wte.weight}), {@code model/wte} in OpenAI's release, or plain {@code wte}.
 */
public enum Gpt2Table {
    /** The token embedding, [vocabulary, dimension]. */
    WTE("wte"),
    /** The position embedding, [positions, dimension]. */
    WPE("wpe");

    private final String shortName;
    private final String tensorName;

    Gpt2Table(String shortName) {
        this.shortName = shortName;
        this.tensorName = shortName + ".weight";
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
        return name.equals(tensorName)
                || name.endsWith("." + tensorName)
                || name.equals(shortName)
                || name.equals("model/" + shortName);
    }

    /**
     * Looks for the table under all its names.
     *
     * @param file the file to look in
     * @return the table's tensor, unchecked, or empty if the file has none
     * @throws WeightFileException if the file has two
     */
    public Optional<TensorEntry> findIn(WeightFile file) throws WeightFileException {
        List<TensorEntry> found =
                file.tensors().stream().filter(tensor -> isNamed(tensor.name())).toList();
        if (found.size() > 1) {
            throw new WeightFileException(
                    file.path(),
                    found.get(0).name(),
                    "one table",
                    "a second one, %s".formatted(Quoted.of(found.get(1).name())),
                    "remove one of the two from the file");
        }
        return found.stream().findFirst();
    }

    /**
     * Looks for the table under all its names and checks its shape and type.
     *
     * @param file the file to look in
     * @return the table's tensor, of two dimensions and of a floating-point type
     * @throws WeightFileException if the file has none or two, or if its shape or type does not fit
     */
    public TensorEntry requireIn(WeightFile file) throws WeightFileException {
        String names =
                "%s or %s".formatted(Quoted.of(tensorName), Quoted.of("transformer." + tensorName));
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
