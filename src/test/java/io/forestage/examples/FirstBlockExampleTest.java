package io.forestage.examples;

import static org.assertj.core.api.Assertions.assertThat;

import ai.djl.Model;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.Activation;
import ai.djl.nn.Block;
import ai.djl.nn.Parameter;
import ai.djl.nn.SequentialBlock;
import ai.djl.nn.core.Linear;
import ai.djl.training.DefaultTrainingConfig;
import ai.djl.training.EasyTrain;
import ai.djl.training.Trainer;
import ai.djl.training.dataset.ArrayDataset;
import ai.djl.training.loss.Loss;
import ai.djl.training.optimizer.Optimizer;
import ai.djl.training.tracker.Tracker;
import io.forestage.InputStage;
import io.forestage.model.LoadOptions;
import io.forestage.testing.TinyModel;
import io.forestage.tokens.TokenBatch;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A classifier of texts out of the stage's block and DJL's own, trained by DJL's own means. */
class FirstBlockExampleTest {

    private static final List<String> TEXTS =
            List.of("good day", "bad night", "good night", "bad day");

    private static final long[] LABELS = {1, 0, 1, 0};

    @TempDir Path folder;

    @Test
    void theStageIsTheFirstBlockOfANetworkThatTrains() throws Exception {
        TinyModel.config(folder, ", \"forestage_random_seed\": 7");
        try (InputStage stage = InputStage.load(folder, LoadOptions.fineTuned(), null);
                Model model = Model.newInstance("classifier", "PyTorch")) {
            model.getNDManager().getEngine().setRandomSeed(1); // of DJL's blocks and the dropout
            Block network =
                    new SequentialBlock()
                            .add(stage.block()) // ids (B, T) to vectors (B, T, D)
                            .add(Linear.builder().setUnits(8).build())
                            .add(Activation.reluBlock())
                            .addSingleton(vectors -> vectors.mean(new int[] {1}))
                            .add(Linear.builder().setUnits(2).build());
            model.setBlock(network);
            TokenBatch texts = stage.tokenizer().encodeBatch(TEXTS, stage.batchOptions());
            Shape shape = new Shape(texts.batchSize(), texts.length());
            NDArray ids = model.getNDManager().create(texts.ids(), shape);
            ArrayDataset dataset =
                    new ArrayDataset.Builder()
                            .setData(ids)
                            .optLabels(model.getNDManager().create(LABELS))
                            .setSampling(4, false)
                            .build();
            Parameter wte = stage.block().getTokenEmbedding().getParameters().valueAt(0);
            float[] before = wte.getArray().get(texts.ids()[0]).toFloatArray();
            try (Trainer trainer = model.newTrainer(config())) {
                trainer.initialize(shape);
                EasyTrain.fit(trainer, 60, dataset, null);
                NDList scores = trainer.evaluate(new NDList(ids));
                assertThat(scores.head().argMax(1).toLongArray()).isEqualTo(LABELS);
            }
            assertThat(wte.getArray().get(texts.ids()[0]).toFloatArray()).isNotEqualTo(before);
        }
    }

    private static DefaultTrainingConfig config() {
        return new DefaultTrainingConfig(Loss.softmaxCrossEntropyLoss())
                .optOptimizer(
                        Optimizer.adam().optLearningRateTracker(Tracker.fixed(0.05f)).build());
    }
}
