package io.forestage.training.classify;

import static org.assertj.core.api.Assertions.assertThat;

import ai.djl.ndarray.NDArray;
import io.forestage.testing.Bits;
import io.forestage.testing.Tolerances;
import io.forestage.training.Evaluation;
import io.forestage.training.StepOptions;
import io.forestage.training.session.NetworkLearner;
import io.forestage.training.session.TestNetworks;
import java.io.IOException;
import java.nio.file.Path;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Steps of a classifier over rows of texts. */
class ClassifierStepsTest {

    @TempDir Path temporary;

    @Test
    void accumulatedSparseGradientsAreThoseOfOneLargerBatch() throws IOException {
        BagExamples bags =
                TestClassifiers.bags(TestClassifiers.writeLabelled(temporary.resolve("t.tsv"), 30));

        float[] large = trainedTable(bags, 8, 1);
        float[] accumulated = trainedTable(bags, 2, 4);

        double greatest =
                IntStream.range(0, large.length)
                        .mapToDouble(i -> Math.abs(accumulated[i] - large[i]))
                        .max()
                        .orElseThrow();
        assertThat(greatest).isLessThan(Tolerances.ACCUMULATED);
        assertThat(trainedTable(bags, 4, 1)).as("the size changes the result").isNotEqualTo(large);
    }

    @Test
    void twoClassesOverAFrozenTableTrain() throws IOException {
        BagExamples bags =
                TestClassifiers.bags(TestClassifiers.writeLabelled(temporary.resolve("t.tsv"), 60));
        StepOptions steps = new StepOptions(8, 1, 20, 1);
        ClassifierOptions options =
                new ClassifierOptions(ClassifierStart.FROZEN, 8, 1e-3, 0.05, 0.1, steps);
        try (ClassifierNetwork network = TestClassifiers.classifier(options, 50257, 2)) {
            int[] before = Bits.of(network.table());
            float[] head = network.headWeight().toFloatArray();
            NetworkLearner learner = TestNetworks.learner(network.network(), bags, steps);
            Evaluation first = learner.evaluate(bags, 16);

            for (long step = 0; step < learner.steps(); step++) {
                learner.train(step);
            }

            assertThat(Bits.of(network.table())).isEqualTo(before);
            assertThat(network.headWeight().toFloatArray()).isNotEqualTo(head);
            assertThat(learner.evaluate(bags, 16).loss()).isLessThan(first.loss() / 2);
            assertThat(learner.evaluate(bags, 16).accuracy()).isGreaterThan(0.9);
        }
    }

    @Test
    void rowsOfTokensInNoTextStayUnchanged() throws IOException {
        BagExamples bags =
                TestClassifiers.bags(TestClassifiers.writeLabelled(temporary.resolve("t.tsv"), 30));
        StepOptions steps = new StepOptions(8, 1, 2, 1);
        ClassifierOptions options =
                new ClassifierOptions(ClassifierStart.FINE_TUNED, 8, 0.1, 0.1, 0.1, steps);
        try (ClassifierNetwork network = TestClassifiers.classifier(options, 50257, 2)) {
            float[] before = network.table().toFloatArray();
            NetworkLearner learner = TestNetworks.learner(network.network(), bags, steps);
            learner.train(0);

            float[] after = network.table().toFloatArray();
            int changed = 0;
            for (int i = 0; i < before.length; i += 8) {
                changed += after[i] == before[i] ? 0 : 1;
            }
            // Seven words, and the first of a line has no space before it.
            assertThat(changed).isBetween(7, 20);
        }
    }

    private static float[] trainedTable(BagExamples bags, int batch, int accumulate) {
        StepOptions steps = new StepOptions(batch, accumulate, 2, 1);
        ClassifierOptions options =
                new ClassifierOptions(ClassifierStart.FINE_TUNED, 8, 1e-3, 1e-3, 0.1, steps);
        try (ClassifierNetwork network = TestClassifiers.classifier(options, 50257, 2)) {
            NetworkLearner learner = TestNetworks.learner(network.network(), bags, steps);
            train(learner, (int) learner.steps());
            NDArray table = network.table();
            return table.toFloatArray();
        }
    }

    private static void train(NetworkLearner learner, int steps) {
        for (int i = 0; i < steps; i++) {
            learner.train(i % learner.steps());
        }
    }
}
