package io.forestage.nn;

import static org.assertj.core.api.Assertions.assertThat;

import ai.djl.Model;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.Block;
import ai.djl.nn.SequentialBlock;
import ai.djl.nn.core.Linear;
import ai.djl.training.DefaultTrainingConfig;
import ai.djl.training.GradientCollector;
import ai.djl.training.Trainer;
import ai.djl.training.loss.Loss;
import ai.djl.training.optimizer.Optimizer;
import ai.djl.training.tracker.Tracker;
import io.forestage.testing.Bits;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A frozen table stays frozen, whatever DJL calls. */
class FreezeTest {

    private final NDManager manager = NDManager.newBaseManager("PyTorch");

    @TempDir Path folder;

    @AfterEach
    void close() {
        manager.close();
    }

    @Test
    void aTableOfALoadedModelStaysFrozenInANewTrainer() throws Exception {
        TokenEmbedding embedding = embedding();
        embedding.freeze();
        try (Model saved = Model.newInstance("m", "PyTorch")) {
            saved.setBlock(network(embedding));
            saved.getBlock().initialize(saved.getNDManager(), DataType.FLOAT32, new Shape(1, 2));
            saved.save(folder, "m");
        }
        try (Model loaded = Model.newInstance("m", "PyTorch")) {
            TokenEmbedding other = embedding();
            loaded.setBlock(network(other));
            loaded.load(folder, "m");
            assertThat(other.isFrozen()).isTrue();
            int[] before = Bits.of(other.weight());

            float headMoved = train(loaded);

            assertThat(headMoved).isPositive();
            assertThat(Bits.of(other.weight())).isEqualTo(before);
            assertThat(other.isFrozen()).isTrue();

            other.unfreeze();
            train(loaded);

            assertThat(Bits.of(other.weight())).isNotEqualTo(before);
        }
    }

    @Test
    void aBlockThatIsTheWholeModelStaysFrozen() throws Exception {
        TokenEmbedding wte = embedding();
        Gpt2InputEmbedding stage = stage(wte);
        stage.freezeParameters(true);
        try (Model saved = Model.newInstance("m", "PyTorch")) {
            saved.setBlock(stage);
            stage.initialize(saved.getNDManager(), DataType.FLOAT32, new Shape(1, 2));
            saved.save(folder, "m");
        }
        try (Model loaded = Model.newInstance("m", "PyTorch")) {
            TokenEmbedding other = embedding();
            loaded.setBlock(stage(other));
            loaded.load(folder, "m");

            try (Trainer trainer = loaded.newTrainer(config())) {
                trainer.initialize(new Shape(1, 2));
                assertThat(other.isFrozen()).isTrue();
                assertThat(loaded.getBlock().getParameters().values())
                        .noneMatch(parameter -> parameter.requiresGradient());
            }
        }
    }

    @Test
    void aTableStaysFrozenWithoutTrainerInitialize() throws Exception {
        TokenEmbedding embedding = embedding();
        try (Model model = Model.newInstance("m", "PyTorch")) {
            SequentialBlock network = network(embedding);
            model.setBlock(network);
            network.initialize(model.getNDManager(), DataType.FLOAT32, new Shape(1, 2));
            embedding.freeze();
            network.freezeParameters(false); // what newTrainer does after a load

            try (Trainer trainer = model.newTrainer(config())) {
                int[] before = Bits.of(embedding.weight());
                step(trainer);
                assertThat(Bits.of(embedding.weight())).isEqualTo(before);
            }
        }
    }

    @Test
    void aTableThatIsNotFrozenIsTrained() throws Exception {
        TokenEmbedding embedding = embedding();
        try (Model model = Model.newInstance("m", "PyTorch")) {
            model.setBlock(network(embedding));
            model.getBlock().initialize(model.getNDManager(), DataType.FLOAT32, new Shape(1, 2));
            int[] before = Bits.of(embedding.weight());

            train(model);

            assertThat(Bits.of(embedding.weight())).isNotEqualTo(before);
        }
    }

    private static float train(Model model) {
        NDArray head = model.getBlock().getParameters().valueAt(1).getArray();
        NDArray before = head.duplicate();
        try (Trainer trainer = model.newTrainer(config())) {
            trainer.initialize(new Shape(1, 2));
            step(trainer);
        }
        return head.stopGradient().sub(before).abs().sum().getFloat();
    }

    private static void step(Trainer trainer) {
        try (GradientCollector collector = trainer.newGradientCollector()) {
            NDArray ids = trainer.getManager().create(new long[] {1, 2}, new Shape(1, 2));
            NDArray output = trainer.forward(new NDList(ids)).singletonOrThrow();
            collector.backward(output.sub(3).square().sum());
        }
        trainer.step();
    }

    private static DefaultTrainingConfig config() {
        return new DefaultTrainingConfig(Loss.l2Loss("l2"))
                .optOptimizer(Optimizer.sgd().setLearningRateTracker(Tracker.fixed(0.01f)).build());
    }

    private static TokenEmbedding embedding() {
        return TokenEmbedding.builder().setNumEmbeddings(5).setEmbeddingDim(3).build();
    }

    private static SequentialBlock network(Block embedding) {
        return new SequentialBlock().add(embedding).add(Linear.builder().setUnits(2).build());
    }

    private static Gpt2InputEmbedding stage(TokenEmbedding wte) {
        return Gpt2InputEmbedding.builder()
                .setTokenEmbedding(wte)
                .optPositionalEmbedding(
                        LearnedPositionalEmbedding.builder()
                                .setNumPositions(4)
                                .setEmbeddingDim(3)
                                .build())
                .build();
    }
}
