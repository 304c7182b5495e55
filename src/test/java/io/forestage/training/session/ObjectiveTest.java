package io.forestage.training.session;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import ai.djl.engine.Engine;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import ai.djl.training.GradientCollector;
import org.junit.jupiter.api.Test;

/** Losses and gradients compared with the same formulas in float64. */
class ObjectiveTest {

    private static final float[] LOGITS = {0, 1.5f, -3, 90, -120, 0.25f};
    private static final float[] LABELS = {1, 0, 1, 1, 1, 0};
    private static final double FLOAT_ROUNDING = 1e-6;

    @Test
    void ofAnyClassesTheLossIsBinaryCrossEntropy() {
        double expected = 0;
        for (int i = 0; i < LOGITS.length; i++) {
            double z = LOGITS[i];
            expected += Math.max(z, 0) + Math.log1p(Math.exp(-Math.abs(z))) - z * LABELS[i];
        }
        expected /= LOGITS.length;
        try (NDManager manager = NDManager.newBaseManager("PyTorch");
                GradientCollector collector = Engine.getEngine("PyTorch").newGradientCollector()) {
            NDArray logits = manager.create(LOGITS, new Shape(2, 3));
            logits.setRequiresGradient(true);
            NDArray labels = manager.create(LABELS, new Shape(2, 3));

            NDArray loss = Network.Objective.ANY_CLASSES.loss(labels, logits);
            collector.backward(loss);

            assertThat((double) loss.getFloat()).isCloseTo(expected, within(expected * 1e-6));
            float[] gradient = logits.getGradient().toFloatArray();
            for (int i = 0; i < LOGITS.length; i++) {
                double sigmoid = 1 / (1 + Math.exp(-LOGITS[i]));
                assertThat((double) gradient[i])
                        .isCloseTo((sigmoid - LABELS[i]) / LOGITS.length, within(FLOAT_ROUNDING));
            }
        }
    }

    @Test
    void ofAnyClassesARowIsCorrectIfItsMostLikelyClassIsOneOfItsLabels() {
        try (NDManager manager = NDManager.newBaseManager("PyTorch")) {
            NDArray logits =
                    manager.create(new float[] {1, 2, 3, 3, 2, 1, 0, 5, 1}, new Shape(3, 3));
            NDArray labels =
                    manager.create(new float[] {1, 0, 1, 0, 1, 1, 0, 1, 0}, new Shape(3, 3));

            assertThat(Network.Objective.ANY_CLASSES.correct(labels, logits)).isEqualTo(2);
        }
    }

    @Test
    void ofOneClassItIsCrossEntropy() {
        try (NDManager manager = NDManager.newBaseManager("PyTorch")) {
            NDArray logits = manager.create(new float[] {0, 1, 2, 3, 1, 0}, new Shape(2, 3));
            NDArray labels = manager.create(new long[] {2, 1});

            double first = Math.log(1 + Math.exp(-1) + Math.exp(-2));
            double second = Math.log(Math.exp(3) + Math.exp(1) + 1) - 1;
            assertThat((double) Network.Objective.ONE_CLASS.loss(labels, logits).getFloat())
                    .isCloseTo((first + second) / 2, within(FLOAT_ROUNDING));
            assertThat(Network.Objective.ONE_CLASS.correct(labels, logits)).isEqualTo(1);
        }
    }
}
