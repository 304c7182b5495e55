package io.forestage.training.classify;

import io.forestage.training.TrainingListener;
import io.forestage.training.TrainingRun;
import io.forestage.training.session.ModelTraining;
import io.forestage.training.session.StartingModel;
import io.forestage.training.session.TrainingCurve;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Trains a text classifier: the mean of a text's token vectors through a linear layer, from a new
 * table or a model's.
 *
 * <pre>{@code
 * ClassifierOptions options =
 *         ClassifierOptions.defaults().withStart(ClassifierStart.FINE_TUNED);
 * ClassifierTraining training =
 *         new ClassifierTraining(
 *                 Path.of("mails.tsv"), Path.of("models/gpt2"), Path.of("models/mails"), options);
 * ClassifierReport report =
 *         training.run(TrainingRun.defaults(), progress -> System.out.println(progress.loss()));
 * System.out.println(report.heldOut().accuracy());
 * }</pre>
 *
 * <p>The model folder has the table without positions, since a bag has no order, and the head in
 * {@code training/head.safetensors}: {@code score.weight} (C, D), {@code score.bias} (C), and the
 * labels in the metadata. Logits are {@code score.weight · mean(wte[ids]) + score.bias}.
 *
 * <p><b>Source.</b> Joulin et al. 2017, <i>Bag of Tricks for Efficient Text Classification</i>.
 */
public final class ClassifierTraining {

    private final Path data;
    private final @Nullable Path init;
    private final Path model;
    private final ClassifierOptions options;

    /**
     * Prepares a training; nothing is read or written yet.
     *
     * @param data a UTF-8 file of lines {@code label TAB text} or {@code __label__NAME text}
     * @param init the model to start from, or null
     * @param model the model folder to write
     * @param options what to train
     * @throws IllegalArgumentException if the options require a model to start from, and it is null
     */
    public ClassifierTraining(
            Path data, @Nullable Path init, Path model, ClassifierOptions options) {
        this.data = data;
        this.init = init;
        this.model = model;
        this.options = options;
        requireInit(options.start());
    }

    /**
     * Trains and writes the model folder. Until the model is written, checkpoints are in a folder
     * beside it, named like it with {@code -training} at the end.
     *
     * @param run how to run it
     * @param listener receives the progress after each step
     * @return the labels, the evaluations and the last step
     * @throws IOException if the data or the model to start from cannot be read, or a checkpoint or
     *     the model cannot be written
     * @throws IllegalArgumentException if there are too few lines to hold some out
     * @throws IllegalStateException if the loss is not finite; the last checkpoint is kept
     */
    public ClassifierReport run(TrainingRun run, TrainingListener listener) throws IOException {
        try (ModelTraining training = ModelTraining.open(model, run)) {
            StartingModel start = StartingModel.of(init);
            ClassifierData read = ClassifierData.read(data, start, options);
            Map<String, String> identity = read.identity(options);
            identity.putAll(start.identity());
            try (ClassifierSession session = ClassifierSession.open(start, read, options, run)) {
                TrainingCurve curve = training.train(session.learner(), identity, listener);
                ClassifierReport report = session.report(curve);
                training.write(session.learned(report), identity, curve);
                return report;
            }
        }
    }

    /**
     * Trains from another start and writes no model, to compare the starts on the same rows.
     *
     * @param other the start
     * @param run how to run it; its settings of files are ignored
     * @param listener receives the progress after each step
     * @return the labels, the evaluations and the last step
     * @throws IOException if the data or the model to start from cannot be read
     * @throws IllegalArgumentException if the start requires a model to start from, and it is null
     * @throws IllegalStateException if the loss is not finite
     */
    public ClassifierReport measure(
            ClassifierStart other, TrainingRun run, TrainingListener listener) throws IOException {
        requireInit(other);
        StartingModel start = StartingModel.of(init);
        ClassifierData read = ClassifierData.read(data, start, options);
        try (ClassifierSession session =
                ClassifierSession.open(start, read, options.withStart(other), run)) {
            return session.report(ModelTraining.measure(model, session.learner(), run, listener));
        }
    }

    private void requireInit(ClassifierStart start) {
        if (start.needsModel() && init == null) {
            throw new IllegalArgumentException(
                    "init: expected a model to start from for %s, found none; name a model folder"
                            .formatted(start.name().toLowerCase(Locale.ROOT)));
        }
    }
}
