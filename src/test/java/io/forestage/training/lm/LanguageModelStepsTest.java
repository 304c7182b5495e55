package io.forestage.training.lm;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;
import static org.assertj.core.api.Assumptions.assumeThat;

import io.forestage.testing.Tolerances;
import io.forestage.training.Evaluation;
import io.forestage.training.session.Network;
import io.forestage.training.session.NetworkLearner;
import io.forestage.training.session.TestNetworks;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Steps of a language model over windows. */
class LanguageModelStepsTest {

    private static final Path STATUS = Path.of("/proc/self/status");

    @Test
    void accumulatedBatchesAreAsOneLargerBatch() throws IOException {
        // 22 windows: the last step has batches of other sizes than the others.
        List<float[]> large = trained(12, 1);
        List<float[]> small = trained(5, 1);
        List<float[]> accumulated = trained(4, 3);

        for (int i = 0; i < large.size(); i++) {
            assertThat(accumulated.get(i))
                    .containsExactly(large.get(i), within(Tolerances.ACCUMULATED));
            assertThat(small.get(i)).as("the size changes the result").isNotEqualTo(large.get(i));
        }
    }

    @Test
    void anEvaluationIsTheSameInBatchesOfAnySize() throws IOException {
        LanguageModelOptions options = TestLanguageModels.options(4, 1);
        LanguageModelData.WindowExamples windows = TestLanguageModels.windows(7);
        try (LanguageModelNetwork network = TestLanguageModels.network(options)) {
            NetworkLearner learner =
                    TestNetworks.learner(network.network(), windows, options.steps());
            Evaluation atOnce = learner.evaluate(windows, 7);
            Evaluation inParts = learner.evaluate(windows, 3);

            assertThat(inParts.loss()).isCloseTo(atOnce.loss(), within(1e-6));
            assertThat(inParts.accuracy()).isEqualTo(atOnce.accuracy());
            assertThat(inParts.targets()).isEqualTo(7L * TestLanguageModels.CONTEXT);
            // Of 97 tokens about equally likely, as before any step.
            assertThat(atOnce.perplexity()).isBetween(96.0, 98.0);
        }
    }

    @Test
    void hundredsOfStepsLeaveNoArraysAndNoMemoryBehind() throws IOException {
        assumeThat(STATUS).as("where the resident size is to be read").isReadable();
        LanguageModelOptions options = TestLanguageModels.options(32, 2);
        LanguageModelData.WindowExamples windows = TestLanguageModels.windows(256);
        try (LanguageModelNetwork network = TestLanguageModels.network(options)) {
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
        LanguageModelOptions options = TestLanguageModels.options(batch, accumulate);
        try (LanguageModelNetwork network = TestLanguageModels.network(options)) {
            NetworkLearner learner =
                    TestNetworks.learner(
                            network.network(), TestLanguageModels.windows(22), options.steps());
            train(learner, (int) learner.steps());
            return network.tables().stream().map(TestNetworks::floats).toList();
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
