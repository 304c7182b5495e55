package io.forestage.training.session;

import io.forestage.model.ModelConfig;
import io.forestage.model.ModelFolder;
import io.forestage.model.ModelWriter;
import io.forestage.training.TrainingListener;
import io.forestage.training.TrainingRun;
import io.forestage.weights.ElementType;
import io.forestage.weights.RowSource;
import io.forestage.weights.StoredType;
import io.forestage.weights.files.AtomicFile;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.BitSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The way of every training to its model folder: a free place, steps and checkpoints, the model.
 */
public final class ModelTraining implements AutoCloseable {

    private static final String CURVE = "curve.csv";
    private static final String PLOT = "curve.png";

    private final Path model;
    private final TrainingRun run;
    private final TrainingLock lock;

    /** Whether a model is there that only this training itself may have written, before a kill. */
    private final boolean mayBeWritten;

    private ModelTraining(Path model, TrainingRun run, TrainingLock lock, boolean mayBeWritten) {
        this.model = model;
        this.run = run;
        this.lock = lock;
        this.mayBeWritten = mayBeWritten;
    }

    /** Refuses what could not be written in the end, or would throw away unfinished work. */
    public static ModelTraining open(Path model, TrainingRun run) throws IOException {
        TrainingCheckpoint checkpoint = new TrainingCheckpoint(model, Map.of());
        boolean mayBeWritten =
                run.start() == TrainingRun.Start.RESUME
                        && !run.force()
                        && checkpoint.exists()
                        && Files.exists(model);
        if (mayBeWritten) {
            ModelWriter.removeLeft(model);
        } else {
            requireFree(model, checkpoint, run);
        }
        TrainingLock lock = TrainingLock.take(checkpoint.folder());
        try {
            checkpoint.requireOwn();
            requireStart(checkpoint, run);
            checkpoint.deleteLeftovers();
        } catch (IOException e) {
            lock.close();
            throw e;
        }
        return new ModelTraining(model, run, lock, mayBeWritten);
    }

    @Override
    public void close() {
        lock.close();
    }

    private static void requireFree(Path model, TrainingCheckpoint checkpoint, TrainingRun run)
            throws IOException {
        try {
            ModelWriter.requireFree(model, run.force());
        } catch (IOException e) {
            // A training that was killed when all but this was done.
            TrainingLock.removeLeft(checkpoint.folder());
            throw e;
        }
    }

    private static void requireStart(TrainingCheckpoint checkpoint, TrainingRun run)
            throws IOException {
        if (run.start() == TrainingRun.Start.RESUME && !checkpoint.exists()) {
            throw new IOException(
                    checkpoint.file()
                            + ": expected a checkpoint to resume, found none; train without"
                            + " --resume");
        }
        if (run.start() == TrainingRun.Start.NEW && checkpoint.exists()) {
            throw new IOException(
                    checkpoint.file()
                            + ": found the checkpoint of an unfinished training; --resume continues"
                            + " it, --force starts over");
        }
    }

    /** Trains, from the checkpoint on if that is asked for; it stays until the model is written. */
    public TrainingCurve train(
            Learner learner, Map<String, String> identity, TrainingListener listener)
            throws IOException {
        TrainingCheckpoint checkpoint = new TrainingCheckpoint(model, identity);
        if (run.start() == TrainingRun.Start.AFRESH) {
            checkpoint.delete();
        }
        TrainingSession session = new TrainingSession(learner, checkpoint);
        if (run.start() == TrainingRun.Start.RESUME) {
            session.resume(checkpoint);
            listener.onCheckpoint(checkpoint.file(), session.curve().last().step());
            if (mayBeWritten && !session.isDone()) {
                ModelWriter.requireFree(model, false);
            }
        }
        try (TrainingCurve.LiveFile curve =
                TrainingCurve.LiveFile.begin(checkpoint.curveFile(), session.curve(), listener)) {
            return session.train(run.checkpointEvery(), curve);
        } catch (UncheckedIOException e) {
            throw e.getCause();
        }
    }

    /**
     * Trains without writing a model or checkpoints; the best state of a training that may stop
     * early lies beside the model's place meanwhile.
     */
    public static TrainingCurve measure(
            Path model, Learner learner, TrainingRun run, TrainingListener listener)
            throws IOException {
        TrainingCheckpoint best =
                new TrainingCheckpoint(model, Map.of("task", "comparison")).best();
        if (learner.patience() == 0) {
            return new TrainingSession(learner, null).train(run.checkpointEvery(), listener);
        }
        TrainingLock lock = TrainingLock.take(best.folder());
        try (lock) {
            try {
                return new TrainingSession(learner, null, best)
                        .train(run.checkpointEvery(), listener);
            } finally {
                Files.deleteIfExists(best.file());
            }
        }
    }

    /** Writes the model folder, and has no more use for the checkpoint. */
    public void write(LearnedModel learned, Map<String, String> identity, TrainingCurve curve)
            throws IOException {
        Map<String, String> provenance = provenance(learned, identity, curve);
        byte[] plot = plot(learned, curve, provenance);
        ElementType type =
                run.storedType() == StoredType.FLOAT16 ? ElementType.F16 : ElementType.F32;
        ModelWriter written =
                new ModelWriter(
                        learned.config(),
                        learned.tables().stream().map(table -> table.as(type)).toList(),
                        learned.tokenizerOf(),
                        learned.task() + " training by Forestage",
                        learned.trainedTokens(),
                        provenance);
        // Killed after the model was in its place, a training is done but for its checkpoint.
        if (!mayBeWritten || !written.isAt(model, identity)) {
            written.write(
                    model,
                    run.force(),
                    folder -> {
                        write(folder.resolve(CURVE), curve.toCsv());
                        if (plot.length > 0) {
                            write(folder.resolve(PLOT), plot);
                        }
                        learned.extras().writeTo(folder);
                    });
        }
        new TrainingCheckpoint(model, identity).delete();
    }

    /** Without a screen that answers, or fonts, there is no plot: no reason to lose the model. */
    private static byte[] plot(
            LearnedModel learned, TrainingCurve curve, Map<String, String> provenance)
            throws IOException {
        try {
            return TrainingCurve.Plot.png(learned.task(), curve.steps());
        } catch (RuntimeException | Error e) {
            // AWTError among them, which is not named: a Java without java.desktop could not load
            // this class.
            provenance.put(PLOT, "not drawn: " + e);
            return new byte[0];
        }
    }

    private Map<String, String> provenance(
            LearnedModel learned, Map<String, String> identity, TrainingCurve curve) {
        Map<String, String> training = new LinkedHashMap<>();
        String version = ModelTraining.class.getPackage().getImplementationVersion();
        training.put("forestage", version == null ? "unpackaged" : version);
        training.put("java", Runtime.version().toString());
        training.put("system", System.getProperty("os.name") + " " + System.getProperty("os.arch"));
        training.putAll(identity);
        training.put("threads", Integer.toString(run.threads()));
        training.put("device", run.devices().toString());
        training.put("seconds", Long.toString(curve.elapsed().toSeconds()));
        training.putAll(learned.measures());
        return training;
    }

    private static void write(Path file, String text) throws IOException {
        write(file, text.getBytes(StandardCharsets.UTF_8));
    }

    private static void write(Path file, byte[] bytes) throws IOException {
        AtomicFile.write(file, channel -> channel.write(ByteBuffer.wrap(bytes)));
    }

    /**
     * What a training came to.
     *
     * @param task how the training is called where a person reads of it
     * @param config the model's
     * @param tables its tables, under GPT-2's names
     * @param tokenizerOf the model whose tokenizer it has; null for GPT-2's
     * @param trainedTokens the tokens whose rows were trained; null if all were
     * @param measures what was measured of it, in words
     * @param extras writes what else there is to keep
     */
    public record LearnedModel(
            String task,
            ModelConfig config,
            List<RowSource> tables,
            @Nullable ModelFolder tokenizerOf,
            @Nullable BitSet trainedTokens,
            Map<String, String> measures,
            ModelWriter.Extras extras) {}
}
