package io.forestage.training.skipgram;

import io.forestage.model.ModelConfig;
import io.forestage.model.ModelWriter;
import io.forestage.model.PositionKind;
import io.forestage.weights.ElementType;
import io.forestage.weights.Gpt2Table;
import io.forestage.weights.RowSource;
import java.io.IOException;
import java.nio.file.Path;
import java.util.BitSet;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.function.IntFunction;

/** Writes a table that skip-gram learned elsewhere as a model folder. */
public final class SkipGramModelFolder {

    private SkipGramModelFolder() {}

    /**
     * Writes a folder, whole or not at all.
     *
     * @param folder the model folder
     * @param force whether to replace a model that is there
     * @param width D
     * @param row returns the row of a token of GPT-2's
     * @param trained the tokens whose rows were trained
     * @param provenance how they were trained, by name
     * @throws IOException if a model is there and force is not given, or it cannot be written
     */
    public static void write(
            Path folder,
            boolean force,
            int width,
            IntFunction<float[]> row,
            BitSet trained,
            Map<String, String> provenance)
            throws IOException {
        RowSource table =
                new RowSource(
                        Gpt2Table.WTE.tensorName(),
                        Math.toIntExact(ModelConfig.GPT2_VOCAB_SIZE),
                        width,
                        row);
        new ModelWriter(
                        config(table),
                        List.of(table.as(ElementType.F32)),
                        null,
                        "skip-gram training by Forestage on Apache Spark",
                        trained,
                        provenance)
                .write(folder, force, training -> {});
    }

    static ModelConfig config(RowSource table) {
        return new ModelConfig(
                table.rows(),
                ModelConfig.GPT2_N_POSITIONS, // a row's maximum: the model has no positions
                table.width(),
                0,
                1.0 / table.width(),
                PositionKind.NONE,
                OptionalLong.of(ModelConfig.GPT2_EOS_TOKEN_ID),
                OptionalInt.empty());
    }
}
