package io.forestage.training.session;

import ai.djl.ndarray.NDArray;
import io.forestage.model.ModelConfig;
import io.forestage.model.ModelFolder;
import io.forestage.model.ModelWriter;
import io.forestage.training.TrainingListener;
import io.forestage.training.TrainingRun;
import io.forestage.weights.ElementType;
import io.forestage.weights.RowSource;
import io.forestage.weights.StoredType;
import io.forestage.weights.TensorSource;
import io.forestage.weights.files.AtomicFile;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Runs a training: checks and locks its folders, takes the steps, writes the model. */
public final class ModelTraining implements AutoCloseable {

    private static final String CURVE = "curve.csv";
    private static final String PLOT = "curve.png";

    private final Path model;
    private final TrainingRun run;
    private final TrainingLock lock;

    /** Whether the model folder exists and this training may have written it, before a kill. */
    private final boolean modelMayBeOurs;

    private ModelTraining(Path model, TrainingRun run, TrainingLock lock, boolean modelMayBeOurs) {
        this.model = model;
        this.run = run;
        this.lock = lock;
        this.modelMayBeOurs = modelMayBeOurs;
    }

    /**
     * Locks the training of a model folder.
     *
     * @throws IOException if the model could not be written in the end, a checkpoint is in the way
     *     or missing, or another training of this model is running
     */
    public static ModelTraining open(Path model, TrainingRun run) throws IOException {
        TrainingCheckpoint checkpoint = new TrainingCheckpoint(model, Map.of());
        boolean modelMayBeOurs =
                run.start() == TrainingRun.Start.RESUME
                        && !run.force()
                        && checkpoint.exists()
                        && Files.exists(model);
        if (modelMayBeOurs) {
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
        return new ModelTraining(model, run, lock, modelMayBeOurs);
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
            // A training that was killed at its very end left only its lock.
            TrainingLock.deleteUnused(checkpoint.folder());
            throw e;
        }
    }

    private static void requireStart(TrainingCheckpoint checkpoint, TrainingRun run)
            throws IOException {
        if (run.start() == TrainingRun.Start.RESUME && !checkpoint.exists()) {
            throw new IOException(
                    "%s: expected a checkpoint to resume, found none; train without --resume"
                            .formatted(checkpoint.file()));
        }
        if (run.start() == TrainingRun.Start.NEW && checkpoint.exists()) {
            throw new IOException(
                    "%s: expected no checkpoint, found that of an unfinished training; continue it with --resume or start over with --force"
                            .formatted(checkpoint.file()));
        }
    }

    /**
     * Trains, from the checkpoint if the run resumes. The checkpoint stays until {@link #write}.
     */
    public TrainingCurve train(
            Learner learner, Map<String, String> identity, TrainingListener listener)
            throws IOException {
        TrainingCheckpoint checkpoint = new TrainingCheckpoint(model, identity);
        if (run.start() == TrainingRun.Start.RESTART) {
            checkpoint.delete();
        }
        TrainingSession session = new TrainingSession(learner, checkpoint);
        if (run.start() == TrainingRun.Start.RESUME) {
            session.resume(checkpoint);
            listener.onCheckpoint(checkpoint.file(), session.curve().last().step());
            if (modelMayBeOurs && !session.isDone()) {
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
     * Trains without writing a model or checkpoints. A training that may stop early keeps its best
     * state in the training folder meanwhile.
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

    /** Writes the model folder and deletes the checkpoint. */
    public void write(LearnedModel learned, Map<String, String> identity, TrainingCurve curve)
            throws IOException {
        Map<String, String> provenance = provenance(learned, identity, curve);
        byte[] plot = plot(learned, curve, provenance);
        ElementType type =
                run.storedType() == StoredType.FLOAT16 ? ElementType.F16 : ElementType.F32;
        ModelWriter written =
                new ModelWriter(
                        learned.config(),
                        learned.blocks().config(),
                        tensors(learned, type),
                        learned.tokenizerOf(),
                        "%s training by Forestage".formatted(learned.task()),
                        learned.trainedTokens(),
                        provenance);
        // A training that was killed after it wrote the model has only its checkpoint to delete.
        if (!modelMayBeOurs || !written.isAt(model, identity)) {
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

    private static List<TensorSource> tensors(LearnedModel learned, ElementType type) {
        List<TensorSource> tensors = new ArrayList<>();
        learned.tables().forEach(table -> tensors.add(table.as(type)));
        learned.blocks()
                .tensors()
                .forEach((name, array) -> tensors.add(ParameterRows.tensor(name, array, type)));
        return tensors;
    }

    /** Draws the curve. Where that fails, for lack of fonts or a screen, the model has no plot. */
    private static byte[] plot(
            LearnedModel learned, TrainingCurve curve, Map<String, String> provenance)
            throws IOException {
        try {
            return CurvePlot.png(
                    learned.task(),
                    Integer.parseInt(provenance.getOrDefault("epochs", "1")),
                    curve.steps());
        } catch (RuntimeException | Error e) {
            // Error covers AWTError: named here, it would keep this class from loading in a Java
            // without java.desktop.
            provenance.put(PLOT, "not drawn: %s".formatted(e));
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
     * The result of a training, to be written.
     *
     * @param task the task's name, for people
     * @param config the model's configuration
     * @param tables the model's tables by GPT-2's tensor names
     * @param blocks the model's transformer blocks
     * @param tokenizerOf the model whose tokenizer is copied; null for GPT-2's
     * @param trainedTokens the tokens whose rows were trained; null for all
     * @param measures the measured values for the provenance, by name
     * @param extras writes further files into the folder {@code training}
     */
    public record LearnedModel(
            String task,
            ModelConfig config,
            List<RowSource> tables,
            LearnedBlocks blocks,
            @Nullable ModelFolder tokenizerOf,
            @Nullable BitSet trainedTokens,
            Map<String, String> measures,
            ModelWriter.Extras extras) {

        /** Creates a result without transformer blocks. */
        public LearnedModel(
                String task,
                ModelConfig config,
                List<RowSource> tables,
                @Nullable ModelFolder tokenizerOf,
                @Nullable BitSet trainedTokens,
                Map<String, String> measures,
                ModelWriter.Extras extras) {
            this(
                    task,
                    config,
                    tables,
                    LearnedBlocks.NONE,
                    tokenizerOf,
                    trainedTokens,
                    measures,
                    extras);
        }
    }

    /**
     * Transformer blocks to be written.
     *
     * @param config their values of config.json
     * @param tensors their parameters by GPT-2's tensor names
     */
    public record LearnedBlocks(Map<String, Object> config, Map<String, NDArray> tensors) {

        /** A model without blocks. */
        public static final LearnedBlocks NONE = new LearnedBlocks(Map.of(), Map.of());
    }
}
