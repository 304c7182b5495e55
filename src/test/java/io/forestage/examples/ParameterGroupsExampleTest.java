package io.forestage.examples;

import static org.assertj.core.api.Assertions.assertThat;

import ai.djl.Model;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.Block;
import ai.djl.nn.SequentialBlock;
import ai.djl.nn.core.Linear;
import ai.djl.training.DefaultTrainingConfig;
import ai.djl.training.EasyTrain;
import ai.djl.training.Trainer;
import ai.djl.training.dataset.ArrayDataset;
import ai.djl.training.loss.Loss;
import ai.djl.training.optimizer.Optimizer;
import ai.djl.training.tracker.Tracker;
import io.forestage.nn.TokenEmbedding;
import io.forestage.optim.ParameterGroups;
import io.forestage.optim.RowSparseAdam;
import io.forestage.optim.RowSparseAdamW;
import org.junit.jupiter.api.Test;

/** A table whose steps touch a batch's rows only, under a head that decays. */
class ParameterGroupsExampleTest {

    private static final Tracker RATE = Tracker.fixed(0.05f);

    @Test
    void theTableHasOneOptimizerAndTheRestAnother() throws Exception {
        try (Model model = Model.newInstance("classifier", "PyTorch")) {
            NDManager manager = model.getNDManager();
            manager.getEngine().setRandomSeed(1);
            TokenEmbedding wte =
                    TokenEmbedding.builder()
                            .setNumEmbeddings(50257)
                            .setEmbeddingDim(64)
                            .optFused(true) // a step reads a batch's rows only
                            .build();
            Block network =
                    new SequentialBlock()
                            .add(wte)
                            .addSingleton(vectors -> vectors.mean(new int[] {1}))
                            .add(Linear.builder().setUnits(2).build());
            Optimizer optimizer =
                    ParameterGroups.builder()
                            .setBlock(network)
                            .optGroup(
                                    wte,
                                    RowSparseAdam.builder().optLearningRateTracker(RATE).build())
                            .setRest(RowSparseAdamW.builder().optLearningRateTracker(RATE).build())
                            .optClipNorm(1) // the global norm of all gradients
                            .build();
            model.setBlock(network);
            try (Trainer trainer =
                    model.newTrainer(
                            new DefaultTrainingConfig(Loss.softmaxCrossEntropyLoss())
                                    .optOptimizer(optimizer))) {
                trainer.initialize(new Shape(4, 2));
                NDArray table = wte.getParameters().valueAt(0).getArray();
                float[] untouched = table.get(9).toFloatArray();
                float[] touched = table.get(3).toFloatArray();
                EasyTrain.fit(trainer, 10, dataset(manager), null);
                assertThat(table.get(9).toFloatArray()).isEqualTo(untouched);
                assertThat(table.get(3).toFloatArray()).isNotEqualTo(touched);
            }
        }
    }

    private static ArrayDataset dataset(NDManager manager) {
        NDArray ids = manager.create(new long[] {3, 4, 5, 6, 3, 6, 5, 4}, new Shape(4, 2));
        return new ArrayDataset.Builder()
                .setData(ids.toType(DataType.INT64, false))
                .optLabels(manager.create(new long[] {1, 0, 1, 0}))
                .setSampling(4, false)
                .build();
    }
}
