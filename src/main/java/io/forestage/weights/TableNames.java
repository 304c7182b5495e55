package io.forestage.weights;

import io.forestage.support.Quoted;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Under which names the two tables are looked for. A table without a name of its own is looked for
 * under all names that {@link Gpt2Table} knows.
 *
 * @param wte the exact name of the token table's tensor, or null for the known names
 * @param wpe the exact name of the position table's tensor, or null for the known names
 */
public record TableNames(@Nullable String wte, @Nullable String wpe) {

    private static final TableNames KNOWN = new TableNames(null, null);

    /** The tensor that a tied model may keep instead of wte. */
    private static final String HEAD = "lm_head.weight";

    /** Returns the known names. */
    public static TableNames known() {
        return KNOWN;
    }

    /**
     * Looks for a table.
     *
     * @param table the table
     * @param file the file to look in
     * @return the table's tensor, unchecked, or empty if the file has none
     * @throws WeightFileException if several tensors have a name of the table
     */
    public Optional<TensorEntry> find(Gpt2Table table, WeightFile file) throws WeightFileException {
        String name = given(table);
        if (name != null) {
            return file.find(name);
        }
        List<String> found = table.among(file.tensors().stream().map(TensorEntry::name).toList());
        if (found.isEmpty()) {
            return alias(table, file);
        }
        if (found.size() > 1) {
            throw new WeightFileException(
                    file.path(),
                    found.get(0),
                    "one table",
                    "a second one, %s".formatted(Quoted.of(found.get(1))),
                    "name the one to use: --%s %s, or withTableNames in Java"
                            .formatted(table.shortName(), Quoted.of(found.get(0))));
        }
        return file.find(found.get(0));
    }

    /**
     * Looks for a table and checks its shape and type.
     *
     * @param table the table
     * @param file the file to look in
     * @return the table's tensor, of two dimensions, or three of which the first is 1, and of a
     *     floating-point type
     * @throws WeightFileException if the file has none or two, or if its shape or type does not fit
     */
    public TensorEntry require(Gpt2Table table, WeightFile file) throws WeightFileException {
        Optional<TensorEntry> found = find(table, file);
        if (found.isEmpty()) {
            throw absent(table, file);
        }
        TensorEntry entry = found.get();
        List<Long> shape = entry.shape();
        boolean isTable = shape.size() == 2 || (shape.size() == 3 && shape.get(0) == 1);
        if (!isTable || !entry.type().isFloatingPoint()) {
            throw new WeightFileException(
                    file.path(),
                    entry.name(),
                    "two dimensions of F16, BF16, F32 or F64",
                    "%s %s".formatted(entry.type(), entry.shape()),
                    entry.type() == ElementType.OTHER
                            ? "save it as floats, in Python after .to_dense() or .dequantize()"
                            : "check that the file holds GPT-2's weights, or name the table's"
                                    + " tensor with --%s".formatted(table.shortName()));
        }
        return entry;
    }

    /** Returns those of a table's names that are there; with a name of its own, that one. */
    List<String> among(Gpt2Table table, Collection<String> names) {
        String name = given(table);
        if (name != null) {
            return names.contains(name) ? List.of(name) : List.of();
        }
        List<String> found = table.among(names);
        // An index has no aliases: the shard of a tied head may name one.
        return found.isEmpty() && table == Gpt2Table.WTE
                ? names.stream().filter(TableNames::isHead).toList()
                : found;
    }

    private @Nullable String given(Gpt2Table table) {
        return table == Gpt2Table.WTE ? wte : wpe;
    }

    /** The tensor that the file's metadata names as the place of a table that it left out. */
    private static Optional<TensorEntry> alias(Gpt2Table table, WeightFile file) {
        for (Map.Entry<String, String> each : file.metadata().entrySet()) {
            Optional<TensorEntry> kept = file.find(each.getValue());
            if (table.isNamed(each.getKey()) && kept.isPresent()) {
                return kept;
            }
        }
        return Optional.empty();
    }

    private WeightFileException absent(Gpt2Table table, WeightFile file) {
        String name = given(table);
        if (name != null) {
            return file.absent(name, Quoted.of(name), "name a tensor that 'inspect' shows");
        }
        String names =
                "%s or %s"
                        .formatted(
                                Quoted.of(table.tensorName()),
                                Quoted.of("transformer." + table.tensorName()));
        Optional<String> head =
                table == Gpt2Table.WTE
                        ? file.tensors().stream()
                                .map(TensorEntry::name)
                                .filter(TableNames::isHead)
                                .findFirst()
                        : Optional.empty();
        return file.absent(
                table.tensorName(),
                names,
                head.map(
                                tied ->
                                        "if the model ties its head to the table, name it: --wte %s"
                                                .formatted(Quoted.of(tied)))
                        .orElse(
                                "check that it is the right model's file, or name the table's"
                                        + " tensor with --%s".formatted(table.shortName())));
    }

    private static boolean isHead(String name) {
        return name.equals(HEAD) || name.endsWith("." + HEAD);
    }
}
