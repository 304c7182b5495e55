package io.forestage.nn;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import ai.djl.Model;
import ai.djl.engine.Engine;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.training.DefaultTrainingConfig;
import ai.djl.training.GradientCollector;
import ai.djl.training.ParameterStore;
import ai.djl.training.Trainer;
import ai.djl.training.loss.Loss;
import ai.djl.training.optimizer.Optimizer;
import ai.djl.training.tracker.Tracker;
import io.forestage.testing.Bits;
import io.forestage.testing.Tolerances;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/** Properties of a lookup on random tables; the parameter of a test is its seed. */
class TokenEmbeddingPropertyTest {

    private static final int ROWS = 11;
    private static final int WIDTH = 4;

    private final NDManager manager = NDManager.newBaseManager("PyTorch");

    @AfterEach
    void close() {
        manager.close();
    }

    static IntStream seeds() {
        return IntStream.range(0, 20);
    }

    @ParameterizedTest
    @MethodSource("seeds")
    void permutingTheBatchPermutesTheVectors(int seed) {
        TokenEmbedding block = block(seed);
        NDArray ids = ids(seed, 6, 3);
        NDArray order = manager.create(new long[] {5, 3, 0, 1, 4, 2});

        assertThat(Bits.of(forward(block, ids.get(order))))
                .isEqualTo(Bits.of(forward(block, ids).get(order)));
    }

    @ParameterizedTest
    @MethodSource("seeds")
    void lookupCommutesWithConcatenation(int seed) {
        TokenEmbedding block = block(seed);
        NDArray left = ids(seed, 2, 3);
        NDArray right = ids(seed + 1000, 4, 3);

        assertThat(Bits.of(forward(block, left.concat(right))))
                .isEqualTo(Bits.of(forward(block, left).concat(forward(block, right))));
    }

    @ParameterizedTest
    @MethodSource("seeds")
    void theGradientOfARowIsTheSumOverItsOccurrences(int seed) {
        TokenEmbedding block = block(seed);
        NDArray ids = ids(seed, 5, 4);
        NDArray upstream = manager.randomNormal(new Shape(5, 4, WIDTH));

        float[] gradient = gradient(block, ids, upstream).toFloatArray();

        float[] expected = new float[ROWS * WIDTH];
        long[] flat = ids.toLongArray();
        float[] values = upstream.toFloatArray();
        for (int i = 0; i < values.length; i++) {
            expected[(int) flat[i / WIDTH] * WIDTH + i % WIDTH] += values[i];
        }
        assertThat(gradient).containsExactly(expected, within(Tolerances.GRADIENT_SUM));
    }

    @ParameterizedTest
    @MethodSource("seeds")
    void aLookupIsAOneHotMatrixTimesTheTable(int seed) {
        TokenEmbedding block = block(seed);
        NDArray ids = ids(seed, 3, 2);
        NDArray upstream = manager.randomNormal(new Shape(3, 2, WIDTH));
        NDArray oneHot = ids.oneHot(ROWS, DataType.FLOAT32);
        NDArray table = block.weight().stopGradient();

        assertThat(Bits.of(forward(block, ids))).isEqualTo(Bits.of(oneHot.matMul(table)));
        NDArray flat = oneHot.reshape(6, ROWS);
        assertThat(gradient(block, ids, upstream).toFloatArray())
                .containsExactly(
                        flat.transpose().dot(upstream.reshape(6, WIDTH)).toFloatArray(),
                        within(Tolerances.GRADIENT_SUM));
    }

    @Test
    void aLookupOfGpt2sSizeIsAOneHotProductInOutputAndGradient() {
        NDArray weight = manager.randomNormal(new Shape(50257, 768));
        NDArray ids = manager.create(new long[] {0, 50256, 15496, 995, 15496});
        NDArray upstream = manager.randomNormal(new Shape(5, 768));
        NDArray oneHot = ids.oneHot(50257, DataType.FLOAT32);
        TokenEmbedding block = TokenEmbedding.fromPretrained(weight, false);

        assertThat(Bits.of(forward(block, ids)))
                .isEqualTo(Bits.of(oneHot.matMul(weight.stopGradient())));
        NDArray difference =
                gradient(block, ids, upstream).sub(oneHot.transpose().dot(upstream)).abs().max();
        assertThat(difference.getFloat()).isLessThan(Tolerances.GRADIENT_SUM);
    }

    @ParameterizedTest
    @EnumSource
    void aPaddingRowOfANewTableIsTheSameToTheBitAfterAHundredSteps(Kind kind) {
        TokenEmbedding block =
                TokenEmbedding.builder()
                        .setNumEmbeddings(ROWS)
                        .setEmbeddingDim(WIDTH)
                        .optPaddingIdx(2)
                        .build();
        try (Model model = Model.newInstance("padding", "PyTorch")) {
            model.setBlock(block);
            train(model, kind.optimizer());

            float[] row = block.weight().stopGradient().get(2).toFloatArray();
            assertThat(Bits.of(row)).containsOnly(0);
        }
    }

    @ParameterizedTest
    @EnumSource(names = {"SGD", "ADAM"})
    void aGivenPaddingRowIsTheSameToTheBitAfterAHundredSteps(Kind kind) {
        try (Model model = Model.newInstance("padding", "PyTorch")) {
            NDArray weight = model.getNDManager().randomNormal(new Shape(ROWS, WIDTH));
            int[] before = Bits.of(weight.get(2));
            TokenEmbedding block =
                    TokenEmbedding.builder().optWeight(weight).optPaddingIdx(2).build();
            model.setBlock(block);

            train(model, kind.optimizer());

            assertThat(Bits.of(weight.stopGradient().get(2))).isEqualTo(before);
            assertThat(Bits.of(weight.stopGradient().get(3))).isNotEqualTo(before);
        }
    }

    /** DJL's optimisers; two of them also decay rows without a gradient. */
    private enum Kind {
        SGD,
        SGD_WITH_MOMENTUM_AND_DECAY,
        ADAM,
        ADAMW;

        Optimizer optimizer() {
            Tracker rate = Tracker.fixed(0.1f);
            return switch (this) {
                case SGD -> Optimizer.sgd().setLearningRateTracker(rate).build();
                case SGD_WITH_MOMENTUM_AND_DECAY ->
                        Optimizer.sgd()
                                .setLearningRateTracker(rate)
                                .optMomentum(0.9f)
                                .optWeightDecays(0.1f)
                                .build();
                case ADAM -> Optimizer.adam().build();
                case ADAMW -> Optimizer.adamW().optWeightDecays(0.1f).build();
            };
        }
    }

    private static void train(Model model, Optimizer optimizer) {
        DefaultTrainingConfig config =
                new DefaultTrainingConfig(Loss.l2Loss("l2")).optOptimizer(optimizer);
        try (Trainer trainer = model.newTrainer(config)) {
            trainer.initialize(new Shape(1, 4));
            for (int step = 0; step < 100; step++) {
                try (NDManager batch = model.getNDManager().newSubManager()) {
                    NDArray ids = batch.create(new long[] {2, step % ROWS, 2, 3}, new Shape(1, 4));
                    try (GradientCollector collector = trainer.newGradientCollector()) {
                        NDArray output = trainer.forward(new NDList(ids)).singletonOrThrow();
                        collector.backward(output.sub(5).square().sum());
                    }
                    trainer.step();
                }
            }
        }
    }

    private NDArray gradient(TokenEmbedding block, NDArray ids, NDArray upstream) {
        try (GradientCollector collector = Engine.getInstance().newGradientCollector()) {
            NDArray output =
                    block.forward(new ParameterStore(manager, false), new NDList(ids), true)
                            .singletonOrThrow();
            collector.backward(output.mul(upstream).sum());
        }
        return block.weight().getGradient();
    }

    private TokenEmbedding block(int seed) {
        Engine.getInstance().setRandomSeed(seed);
        TokenEmbedding block =
                TokenEmbedding.builder().setNumEmbeddings(ROWS).setEmbeddingDim(WIDTH).build();
        block.initialize(manager, DataType.FLOAT32, new Shape(1));
        return block;
    }

    private NDArray ids(int seed, int rows, int length) {
        return manager.create(
                new Random(seed).longs((long) rows * length, 0, ROWS).toArray(),
                new Shape(rows, length));
    }

    private NDArray forward(TokenEmbedding block, NDArray ids) {
        return block.forward(new ParameterStore(manager, false), new NDList(ids), false)
                .singletonOrThrow();
    }
}
