package io.forestage.training;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;
import static org.assertj.core.api.Assumptions.assumeThat;

import ai.djl.ndarray.NDArray;
import io.forestage.testing.Bits;
import io.forestage.testing.Tolerances;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Steps of a network over rows of data. */
class NetworkLearnerTest {

    private static final Path STATUS = Path.of("/proc/self/status");

    @TempDir Path temporary;

    @Test
    void accumulatedBatchesAreAsOneLargerBatch() throws IOException {
        // 22 windows: the last step has batches of other sizes than the others.
        List<float[]> large = trained(12, 1);
        List<float[]> small = trained(5, 1);
        List<float[]> accumulated = trained(4, 3);

        for (int i = 0; i < large.size(); i++) {
            assertThat(accumulated.get(i))
                    .containsExactly(large.get(i), within(Tolerances.ACCUMULATED));
            assertThat(small.get(i)).as("the size does matter").isNotEqualTo(large.get(i));
        }
    }

    @Test
    void accumulatedSparseGradientsAreAsThoseOfOneLargerBatch() throws IOException {
        BagExamples bags =
                TestNetworks.bags(TestNetworks.writeLabelled(temporary.resolve("t.tsv"), 30));

        float[] large = trainedTable(bags, 8, 1);
        float[] accumulated = trainedTable(bags, 2, 4);

        double greatest =
                IntStream.range(0, large.length)
                        .mapToDouble(i -> Math.abs(accumulated[i] - large[i]))
                        .max()
                        .orElseThrow();
        assertThat(greatest).isLessThan(Tolerances.ACCUMULATED);
        assertThat(trainedTable(bags, 4, 1)).as("the size does matter").isNotEqualTo(large);
    }

    @Test
    void twoClassesOverAFrozenTableTrain() throws IOException {
        BagExamples bags =
                TestNetworks.bags(TestNetworks.writeLabelled(temporary.resolve("t.tsv"), 60));
        StepOptions steps = new StepOptions(8, 1, 20, 1);
        ClassifierOptions options =
                new ClassifierOptions(ClassifierStart.FROZEN, 8, 1e-3, 0.05, 0.1, steps);
        try (ClassifierNetwork network = TestNetworks.classifier(options, 50257, 2)) {
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
    void rowsThatNoTextHasStayAsTheyWere() throws IOException {
        BagExamples bags =
                TestNetworks.bags(TestNetworks.writeLabelled(temporary.resolve("t.tsv"), 30));
        StepOptions steps = new StepOptions(8, 1, 2, 1);
        ClassifierOptions options =
                new ClassifierOptions(ClassifierStart.FINE_TUNED, 8, 0.1, 0.1, 0.1, steps);
        try (ClassifierNetwork network = TestNetworks.classifier(options, 50257, 2)) {
            float[] before = network.table().toFloatArray();
            NetworkLearner learner = TestNetworks.learner(network.network(), bags, steps);
            learner.train(0);

            float[] after = network.table().toFloatArray();
            int changed = 0;
            for (int i = 0; i < before.length; i += 8) {
                changed += after[i] == before[i] ? 0 : 1;
            }
            // Seven words, a line's first without the space before it.
            assertThat(changed).isBetween(7, 20);
        }
    }

    @Test
    void anEvaluationIsTheSameInBatchesOfAnySize() throws IOException {
        LanguageModelOptions options = TestNetworks.languageModelOptions(4, 1);
        LanguageModelData.WindowExamples windows = TestNetworks.windows(7);
        try (LanguageModelNetwork network = TestNetworks.languageModel(options)) {
            NetworkLearner learner =
                    TestNetworks.learner(network.network(), windows, options.steps());
            Evaluation atOnce = learner.evaluate(windows, 7);
            Evaluation inParts = learner.evaluate(windows, 3);

            assertThat(inParts.loss()).isCloseTo(atOnce.loss(), within(1e-6));
            assertThat(inParts.accuracy()).isEqualTo(atOnce.accuracy());
            assertThat(inParts.targets()).isEqualTo(7L * TestNetworks.CONTEXT);
            // Of 97 tokens about equally likely, as before any step.
            assertThat(atOnce.perplexity()).isBetween(96.0, 98.0);
        }
    }

    @Test
    void hundredsOfStepsLeaveNoArraysAndNoMemoryBehind() throws IOException {
        assumeThat(STATUS).as("where the resident size is to be read").isReadable();
        LanguageModelOptions options = TestNetworks.languageModelOptions(32, 2);
        LanguageModelData.WindowExamples windows = TestNetworks.windows(256);
        try (LanguageModelNetwork network = TestNetworks.languageModel(options)) {
            NetworkLearner learner =
                    TestNetworks.learner(network.network(), windows, options.steps());
            train(learner, 100);
            int arrays = managed(network.network());
            System.gc();
            long before = residentMegabytes();
            train(learner, 240);
            learner.evaluate(windows, 32);
            System.gc();

            // Logits that stayed behind would be 150 kB a step.
            assertThat(residentMegabytes() - before).isLessThan(30);
            assertThat(managed(network.network())).isEqualTo(arrays);
        }
    }

    private static int managed(Network network) {
        return network.manager().getManagedArrays().size();
    }

    private static void train(NetworkLearner learner, int steps) {
        for (int i = 0; i < steps; i++) {
            learner.train(i % learner.steps());
        }
    }

    private static List<float[]> trained(int batch, int accumulate) throws IOException {
        LanguageModelOptions options = TestNetworks.languageModelOptions(batch, accumulate);
        try (LanguageModelNetwork network = TestNetworks.languageModel(options)) {
            NetworkLearner learner =
                    TestNetworks.learner(
                            network.network(), TestNetworks.windows(22), options.steps());
            train(learner, (int) learner.steps());
            return network.tables().stream().map(TestNetworks::floats).toList();
        }
    }

    private static float[] trainedTable(BagExamples bags, int batch, int accumulate) {
        StepOptions steps = new StepOptions(batch, accumulate, 2, 1);
        ClassifierOptions options =
                new ClassifierOptions(ClassifierStart.FINE_TUNED, 8, 1e-3, 1e-3, 0.1, steps);
        try (ClassifierNetwork network = TestNetworks.classifier(options, 50257, 2)) {
            NetworkLearner learner = TestNetworks.learner(network.network(), bags, steps);
            train(learner, (int) learner.steps());
            NDArray table = network.table();
            return table.toFloatArray();
        }
    }

    private static long residentMegabytes() throws IOException {
        return Files.readAllLines(STATUS).stream()
                .filter(line -> line.startsWith("VmRSS:"))
                .mapToLong(line -> Long.parseLong(line.replaceAll("\\D", "")) / 1024)
                .findFirst()
                .orElseThrow();
    }
}
