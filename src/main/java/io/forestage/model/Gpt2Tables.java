package io.forestage.model;

import io.forestage.weights.Gpt2Table;
import io.forestage.weights.TensorEntry;
import io.forestage.weights.WeightFileException;
import io.forestage.weights.WeightFormat;
import io.forestage.weights.checkpoint.Checkpoint;
import io.forestage.weights.checkpoint.LocatedTensor;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/** Where the input stage's two tables lie in a model's weight files. */
record Gpt2Tables(LocatedTensor wte, @Nullable LocatedTensor wpe) {

    static Gpt2Tables withPositions(Checkpoint checkpoint) throws WeightFileException {
        return new Gpt2Tables(checkpoint.require(Gpt2Table.WTE), checkpoint.require(Gpt2Table.WPE));
    }

    static Gpt2Tables tokensOnly(Checkpoint checkpoint) throws WeightFileException {
        return new Gpt2Tables(checkpoint.require(Gpt2Table.WTE), null);
    }

    /** Both tables, or only wte if the model has no learned positions and the files have no wpe. */
    static Gpt2Tables thatAreThere(Checkpoint checkpoint, @Nullable ModelConfig config)
            throws WeightFileException {
        boolean mayLackPositions = config != null && config.positionKind() != PositionKind.LEARNED;
        return mayLackPositions && checkpoint.find(Gpt2Table.WPE).isEmpty()
                ? tokensOnly(checkpoint)
                : withPositions(checkpoint);
    }

    /** The configuration of a model that has only tables. */
    static ModelConfig configOf(Checkpoint weights) throws WeightFileException {
        TableShapes shapes = withPositions(weights).shapes();
        return new ModelConfig(
                shapes.vocabSize(),
                shapes.nPositions(),
                shapes.nEmbd(),
                ModelConfig.DEFAULT_EMBD_PDROP,
                ModelConfig.DEFAULT_INITIALIZER_RANGE,
                PositionKind.LEARNED,
                endOfText(weights, shapes.vocabSize()),
                OptionalInt.empty());
    }

    /** A GGUF file names its token for the end of a text. */
    private static OptionalLong endOfText(Checkpoint weights, long vocabSize) {
        return weights.files().stream()
                .filter(file -> file.format() == WeightFormat.GGUF)
                .flatMap(
                        file ->
                                Optional.ofNullable(
                                        file.metadata().get("tokenizer.ggml.eos_token_id"))
                                        .stream())
                .filter(id -> id.matches("[0-9]{1,9}"))
                .mapToLong(Long::parseLong)
                .filter(id -> id < vocabSize)
                .findFirst();
    }

    List<LocatedTensor> all() {
        return wpe == null ? List.of(wte) : List.of(wte, wpe);
    }

    /** The model's dimensions by the shapes of the tables. */
    TableShapes shapes() throws WeightFileException {
        long width = columns(wte);
        if (wpe != null && columns(wpe) != width) {
            throw new WeightFileException(
                    wpe.file().path(),
                    wpe.entry().name(),
                    "%d columns, as %s has".formatted(width, wte.entry().name()),
                    wpe.tableShape().toString(),
                    "take both tables from one model");
        }
        return new TableShapes(rows(wte), wpe == null ? 0 : rows(wpe), width);
    }

    void requireShapes(ModelConfig config) throws WeightFileException {
        requireShape(wte, config.vocabSize(), "vocab_size", config.nEmbd());
        if (wpe != null) {
            requireShape(wpe, config.nPositions(), "n_positions", config.nEmbd());
        }
    }

    List<TensorEntry> unusedIn(Checkpoint checkpoint) {
        return checkpoint.allBut(all());
    }

    /** Refuses a shape that differs from {@code rowsKey} and n_embd in config.json. */
    private void requireShape(LocatedTensor table, long rows, String rowsKey, long width)
            throws WeightFileException {
        List<Long> expected = List.of(rows, width);
        List<Long> found = table.tableShape();
        if (found.equals(expected)) {
            return;
        }
        List<String> changes = new ArrayList<>();
        if (rows(table) != rows) {
            changes.add("%s to %d".formatted(rowsKey, rows(table)));
        }
        if (columns(table) != width) {
            changes.add("n_embd to %d".formatted(columns(table)));
        }
        throw new WeightFileException(
                table.file().path(),
                table.entry().name(),
                expected.toString(),
                found.toString(),
                "set %s in config.json, which keeps every row"
                        .formatted(String.join(" and ", changes)));
    }

    private static long rows(LocatedTensor table) {
        return table.tableShape().get(0);
    }

    private static long columns(LocatedTensor table) {
        return table.tableShape().get(1);
    }

    /** The model's dimensions; nPositions is 0 without wpe. */
    record TableShapes(long vocabSize, long nPositions, long nEmbd) {}
}
