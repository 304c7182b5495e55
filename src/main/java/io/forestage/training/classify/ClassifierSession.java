package io.forestage.training.classify;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import io.forestage.model.ModelConfig;
import io.forestage.model.ModelFolder;
import io.forestage.model.PositionKind;
import io.forestage.nn.Gpt2InputEmbedding;
import io.forestage.torch.TorchEngine;
import io.forestage.training.Evaluation;
import io.forestage.training.TrainingRun;
import io.forestage.training.session.Examples;
import io.forestage.training.session.ModelTraining;
import io.forestage.training.session.Network;
import io.forestage.training.session.NetworkLearner;
import io.forestage.training.session.ParameterRows;
import io.forestage.training.session.StartingModel;
import io.forestage.training.session.TrainingCurve;
import io.forestage.weights.Gpt2Table;
import java.io.IOException;
import java.util.BitSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * A classifier during its training.
 *
 * @param data the texts
 * @param options the options
 * @param network the table and the head
 * @param learner the steps
 * @param config the configuration of the model to write
 * @param start the model whose tokenizer is used, and whose table if the options ask for it
 */
record ClassifierSession(
        ClassifierData data,
        ClassifierOptions options,
        ClassifierNetwork network,
        NetworkLearner learner,
        ModelConfig config,
        StartingModel start)
        implements AutoCloseable {

    static ClassifierSession open(
            StartingModel start, ClassifierData data, ClassifierOptions options, TrainingRun run)
            throws IOException {
        ModelFolder folder = start.folder();
        long dimension = folder == null ? options.dimension() : folder.config().nEmbd();
        ModelConfig config = start.newConfig(PositionKind.NONE, null, dimension);
        NDManager manager = TorchEngine.get().newBaseManager(run.devices().first());
        try {
            Gpt2InputEmbedding stage =
                    options.start().needsModel()
                            ? start.load(manager, PositionKind.NONE)
                            : StartingModel.draw(config, manager, options.steps().seed());
            NDArray table = ParameterRows.tableOf(stage);
            int classes = data.texts().labels().size();
            ClassifierNetwork network =
                    ClassifierNetwork.of(
                            manager,
                            table,
                            classes,
                            data.texts().hasSeveralLabels()
                                    ? Network.Objective.ANY_CLASSES
                                    : Network.Objective.ONE_CLASS,
                            options,
                            run.threads());
            NetworkLearner learner =
                    new NetworkLearner(
                            network.network(),
                            data.trained(),
                            data.heldOut(),
                            new Examples.ShuffledRows(data.trained().size(), options.steps()),
                            options.steps(),
                            run.devices());
            return new ClassifierSession(data, options, network, learner, config, start);
        } catch (IOException | RuntimeException e) {
            manager.close();
            throw e;
        }
    }

    ClassifierReport report(TrainingCurve curve) {
        return new ClassifierReport(
                options.start(),
                data.texts().labels(),
                data.texts().hasSeveralLabels(),
                learner.evaluate(data.trained()),
                learner.evaluate(data.heldOut()),
                data.mostFrequent(),
                curve.last());
    }

    ModelTraining.LearnedModel learned(ClassifierReport report) throws IOException {
        Map<String, String> measures = new LinkedHashMap<>();
        measures.put("accuracy, trained", inWords(report.trained()));
        if (report.heldOut().targets() > 0) {
            measures.put("accuracy, held out", inWords(report.heldOut()));
        }
        return new ModelTraining.LearnedModel(
                "classify",
                config,
                List.of(ParameterRows.of(Gpt2Table.WTE.tensorName(), network.table())),
                start.folder(),
                trainedTokens(),
                measures,
                folder -> ClassifierHead.write(folder, network, report));
    }

    private @Nullable BitSet trainedTokens() throws IOException {
        return switch (options.start()) {
            case SCRATCH -> StartingModel.of(null).trainedTokens(data.trained().tokens());
            case FROZEN -> start.trainedTokens(IntStream.empty());
            case FINE_TUNED -> start.trainedTokens(data.trained().tokens());
        };
    }

    @Override
    public void close() {
        network.close();
    }

    private static String inWords(Evaluation evaluation) {
        return String.format(Locale.ROOT, "%.4f", evaluation.accuracy());
    }
}
