package io.forestage.training;

import io.forestage.model.ModelConfig;
import io.forestage.model.NewModel;
import io.forestage.model.PositionKind;
import io.forestage.weights.AtomicFile;
import io.forestage.weights.ElementType;
import io.forestage.weights.Gpt2Table;
import io.forestage.weights.RowSource;
import io.forestage.weights.StoredType;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.OptionalLong;

/**
 * A training that is over, as a model folder.
 *
 * @param session the training
 * @param identity what it was a training of
 */
record TrainedModel(SkipGramSession session, Map<String, String> identity) {

    private static final String CURVE = "curve.csv";
    private static final String PLOT = "curve.png";

    /** GPT-2's, which only says how long a row of a batch may be: the model has no positions. */
    private static final int LONGEST_ROW = 1024;

    private static final int END_OF_TEXT = 50256;

    SkipGramReport write(Path target, TrainingRun run) throws IOException {
        RowTable table = session.embeddings();
        RowSource rows =
                new RowSource(
                        Gpt2Table.WTE.tensorName(), table.size(), table.row(0).length, table::row);
        ElementType type =
                run.storedType() == StoredType.FLOAT16 ? ElementType.F16 : ElementType.F32;
        new NewModel(
                        config(table),
                        List.of(rows.as(type)),
                        "skip-gram training by Forestage",
                        provenance(run))
                .write(target, run.force(), this::writeCurve);
        List<TrainingProgress> steps = session.curve().steps();
        return new SkipGramReport(
                target, session.schedule().trained().length, steps.get(steps.size() - 1));
    }

    private static ModelConfig config(RowTable table) {
        return new ModelConfig(
                table.size(),
                LONGEST_ROW,
                table.row(0).length,
                0,
                1.0 / table.row(0).length,
                PositionKind.NONE,
                OptionalLong.of(END_OF_TEXT),
                OptionalInt.empty());
    }

    private Map<String, String> provenance(TrainingRun run) {
        Map<String, String> training = new LinkedHashMap<>();
        String version = TrainedModel.class.getPackage().getImplementationVersion();
        training.put("forestage", version == null ? "unpackaged" : version);
        training.put("java", Runtime.version().toString());
        training.put("system", System.getProperty("os.name") + " " + System.getProperty("os.arch"));
        training.putAll(identity);
        training.put("threads", Integer.toString(run.threads()));
        training.put("seconds", Long.toString(session.curve().elapsed().toSeconds()));
        return training;
    }

    private void writeCurve(Path folder) throws IOException {
        write(folder.resolve(CURVE), session.curve().toCsv().getBytes(StandardCharsets.UTF_8));
        write(folder.resolve(PLOT), CurvePlot.png("skip-gram", session.curve().steps()));
    }

    private static void write(Path file, byte[] bytes) throws IOException {
        AtomicFile.write(file, channel -> channel.write(ByteBuffer.wrap(bytes)));
    }
}
