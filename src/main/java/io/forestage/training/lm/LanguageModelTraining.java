package io.forestage.training.lm;

import ai.djl.ndarray.NDManager;
import io.forestage.model.ModelConfig;
import io.forestage.model.ModelFolder;
import io.forestage.model.PositionKind;
import io.forestage.nn.Gpt2InputEmbedding;
import io.forestage.torch.TorchEngine;
import io.forestage.training.Evaluation;
import io.forestage.training.StepOptions;
import io.forestage.training.TrainingListener;
import io.forestage.training.TrainingRun;
import io.forestage.training.session.Examples;
import io.forestage.training.session.ModelTraining;
import io.forestage.training.session.NetworkLearner;
import io.forestage.training.session.StartingModel;
import io.forestage.training.session.TrainingCurve;
import java.io.IOException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Trains the input stage by next-token prediction with tied weights: the sum of token and position
 * vectors, times the token table, is the logits. Such a model sees only the last token and its
 * position: it is GPT-2 without its transformer blocks. With {@link BlockOptions} it has them, new
 * ones, and each token of a window is predicted from all before it; the model written is a whole
 * GPT-2, which transformers opens too if the attention is softmax.
 *
 * <pre>{@code
 * LanguageModelTraining training =
 *         new LanguageModelTraining(
 *                 List.of(Path.of("book.txt")),
 *                 null,
 *                 Path.of("models/book"),
 *                 LanguageModelOptions.defaults());
 * LanguageModelReport report =
 *         training.run(TrainingRun.defaults(), progress -> System.out.println(progress.loss()));
 * System.out.println(report.heldOut().perplexity());
 * }</pre>
 *
 * <p>The paragraphs of all files are mixed, an end-of-text token before each file's first one, or
 * the files follow each other, an end-of-text token after each. Windows run over the whole text.
 * The projection makes the table's gradient dense, so a step updates V · D values whatever the
 * batch. The logits have B · T · V elements, which take four times as many bytes.
 *
 * <p><b>Source.</b> Press and Wolf 2017, <i>Using the Output Embedding to Improve Language
 * Models</i>; Bengio et al. 2003, <i>A Neural Probabilistic Language Model</i>.
 */
public final class LanguageModelTraining {

    private final List<Path> texts;
    private final @Nullable Path init;
    private final Path model;
    private final LanguageModelOptions options;

    /**
     * Prepares a training; nothing is read or written yet.
     *
     * @param texts UTF-8 files
     * @param init the model to start from, or null for new tables
     * @param model the model folder to write
     * @param options what to train
     */
    public LanguageModelTraining(
            List<Path> texts, @Nullable Path init, Path model, LanguageModelOptions options) {
        this.texts = List.copyOf(texts);
        this.init = init;
        this.model = model;
        this.options = options;
    }

    /**
     * Trains and writes the model folder. Until the model is written, checkpoints are in a folder
     * beside it, named like it with {@code -training} at the end.
     *
     * @param run how to run it
     * @param listener receives the progress after each step
     * @return the model's folder, its evaluations and the last step
     * @throws IOException if a text or the model to start from cannot be read, or a checkpoint or
     *     the model cannot be written
     * @throws IllegalArgumentException if the text is too short, or the context is longer than the
     *     positions of the model to start from
     * @throws IllegalStateException if the loss is not finite; the last checkpoint is kept
     */
    public LanguageModelReport run(TrainingRun run, TrainingListener listener) throws IOException {
        try (ModelTraining training = ModelTraining.open(model, run)) {
            StartingModel start = StartingModel.of(init);
            ModelConfig config = config(start);
            LanguageModelData data = LanguageModelData.read(texts, start, options);
            Map<String, String> identity = data.identity(options);
            identity.putAll(start.identity());
            try (LanguageModelNetwork network = network(start, config, run)) {
                StepOptions steps = options.steps();
                NetworkLearner learner =
                        new NetworkLearner(
                                network.network(),
                                data.trained(),
                                data.heldOut(),
                                new Examples.ShuffledRows(data.trained().size(), steps),
                                steps,
                                run.devices());
                TrainingCurve curve = training.train(learner, identity, listener);
                LanguageModelData.WindowExamples seen = data.trainedSample();
                LanguageModelReport report =
                        new LanguageModelReport(
                                model,
                                learner.evaluate(seen),
                                learner.evaluate(data.heldOut()),
                                curve.last());
                training.write(learned(network, config, start, data, report), identity, curve);
                return report;
            }
        }
    }

    private LanguageModelNetwork network(StartingModel start, ModelConfig config, TrainingRun run)
            throws IOException {
        NDManager manager = TorchEngine.get().newBaseManager(run.devices().first());
        try {
            Gpt2InputEmbedding stage =
                    start.folder() != null
                            ? start.load(manager, null)
                            : StartingModel.draw(config, manager, options.steps().seed());
            return LanguageModelNetwork.of(manager, stage, options, run.threads());
        } catch (IOException | RuntimeException e) {
            manager.close();
            throw e;
        }
    }

    private ModelConfig config(StartingModel start) {
        ModelFolder folder = start.folder();
        if (folder == null) {
            return start.newConfig(PositionKind.LEARNED, options.context(), options.dimension());
        }
        ModelConfig config = folder.config();
        if (config.positionKind() == PositionKind.LEARNED
                && options.context() > config.nPositions()) {
            throw new IllegalArgumentException(
                    "context: expected at most %d, the positions of %s, found %d; choose a smaller context"
                            .formatted(config.nPositions(), init, options.context()));
        }
        return start.newConfig(
                config.positionKind(), Math.toIntExact(config.nPositions()), config.nEmbd());
    }

    private static ModelTraining.LearnedModel learned(
            LanguageModelNetwork network,
            ModelConfig config,
            StartingModel start,
            LanguageModelData data,
            LanguageModelReport report)
            throws IOException {
        Map<String, String> measures = new LinkedHashMap<>();
        measures.put("perplexity, trained", inWords(report.trained()));
        if (report.heldOut().targets() > 0) {
            measures.put("perplexity, held out", inWords(report.heldOut()));
        }
        return new ModelTraining.LearnedModel(
                "lm",
                config,
                network.tables(),
                network.blocks(),
                start.folder(),
                start.trainedTokens(data.trained().tokens()),
                measures,
                folder -> {});
    }

    private static String inWords(Evaluation evaluation) {
        return String.format(Locale.ROOT, "%.3f", evaluation.perplexity());
    }
}
