package io.forestage.optim;

import ai.djl.Model;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.training.EasyTrain;
import ai.djl.training.Trainer;
import ai.djl.training.dataset.ArrayDataset;
import ai.djl.training.dataset.Batch;
import ai.djl.training.tracker.Tracker;
import io.forestage.testing.ParityCase;
import io.forestage.testing.Tolerances;
import java.util.function.Supplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * Compares ten steps of embedding, mean and linear layer in DJL's trainer with PyTorch's losses.
 */
class OptimizerCurveParityTest {

    private final NDManager manager = NDManager.newBaseManager("PyTorch");

    @AfterEach
    void close() {
        manager.close();
    }

    @ParameterizedTest
    @CsvSource({
        "sgd, DENSE",
        "sgd, SPARSE",
        "sgd, FUSED",
        "adagrad, DENSE",
        "adagrad, SPARSE",
        "adagrad, FUSED",
        "adam, DENSE"
    })
    void lossesAndWeightsEqualPyTorchs(String kind, BagClassifier.Gradient gradient)
            throws Exception {
        ParityCase expected = ParityCase.read("optimizer-curve-" + kind);
        BagClassifier net = BagClassifier.of(manager, expected, gradient);
        NDArray ids = expected.array(manager, "ids");
        NDArray target = expected.array(manager, "target");
        float[] losses = new float[expected.floats("losses").length];
        try (RowSparseOptimizer optimizer = optimizer(kind).get();
                Model model = net.model();
                Trainer trainer = model.newTrainer(BagClassifier.config(optimizer))) {
            trainer.initialize(ids.getShape());
            net.setHead(expected);
            ArrayDataset data =
                    new ArrayDataset.Builder()
                            .setData(ids)
                            .optLabels(target)
                            .setSampling(Math.toIntExact(ids.getShape().get(0)), false)
                            .build();
            for (int step = 0; step < losses.length; step++) {
                losses[step] = net.loss(trainer, ids, target);
                for (Batch batch : trainer.iterateDataset(data)) {
                    EasyTrain.trainBatch(trainer, batch);
                    trainer.step();
                    batch.close();
                }
            }
            expected.checkNear("losses", losses, Tolerances.OPTIMIZER_CURVE);
            expected.checkNear("last_wte", net.table().toFloatArray(), Tolerances.OPTIMIZER_CURVE);
            expected.checkNear(
                    "last_head_weight",
                    net.headWeight().toFloatArray(),
                    Tolerances.OPTIMIZER_CURVE);
        }
    }

    private static Supplier<RowSparseOptimizer> optimizer(String kind) {
        return switch (kind) {
            case "sgd" ->
                    () ->
                            RowSparseSgd.builder()
                                    .optMomentum(0.9)
                                    .optLearningRateTracker(Tracker.fixed(0.5f))
                                    .build();
            case "adagrad" ->
                    () ->
                            RowSparseAdagrad.builder()
                                    .optLearningRateTracker(Tracker.fixed(0.1f))
                                    .build();
            default ->
                    () ->
                            RowSparseAdam.builder()
                                    .optLearningRateTracker(Tracker.fixed(0.05f))
                                    .build();
        };
    }
}
