package io.forestage.training.classify;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.djl.modality.Classifications;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.training.ParameterStore;
import io.forestage.testing.Bits;
import io.forestage.testing.TinyModel;
import io.forestage.training.StepOptions;
import io.forestage.training.TrainingRun;
import io.forestage.training.session.ModelTraining;
import io.forestage.training.session.StartingModel;
import io.forestage.training.session.TrainingCurve;
import io.forestage.training.session.TrainingSession;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** A loaded classifier agrees with its training. */
class TextClassifierTest {

    private static final TrainingRun RUN = TrainingRun.defaults();

    @TempDir Path temporary;

    private Path data;
    private Path model;

    @BeforeEach
    void writeData() throws IOException {
        data = TestClassifiers.writeLabelled(temporary.resolve("data.tsv"), 120);
        model = temporary.resolve("model");
    }

    @ParameterizedTest
    @EnumSource
    void itHasTheVectorsProbabilitiesAndAccuracyOfItsTraining(ClassifierStart kind)
            throws IOException {
        StartingModel start = StartingModel.of(TinyModel.write(temporary.resolve("tiny")));
        // One epoch at a low rate, so that some texts are classified wrongly.
        ClassifierOptions options =
                new ClassifierOptions(kind, 3, 1e-4, 1e-4, 0.4, new StepOptions(64, 1, 1, 1));
        ClassifierData read = ClassifierData.read(data, start, options);
        List<String> lines = Files.readAllLines(data);
        int[] rows = ClassifierData.Split.ofEachClass(read.texts(), 0.4, 1).heldOut();
        List<String> texts =
                IntStream.of(rows).mapToObj(row -> lines.get(row).split("\t", -1)[1]).toList();
        try (ClassifierSession session = ClassifierSession.open(start, read, options, RUN);
                ModelTraining training = ModelTraining.open(model, RUN);
                NDManager scratch = NDManager.newBaseManager("PyTorch")) {
            TrainingCurve curve =
                    new TrainingSession(session.learner(), null).train(1, progress -> {});
            ClassifierReport report = session.report(curve);
            training.write(session.learned(report), read.identity(options), curve);
            ParameterStore store = new ParameterStore(scratch, false);
            int[] all = IntStream.range(0, rows.length).toArray();
            var inputs = read.heldOut().inputs(scratch, all);
            NDArray means =
                    session.network()
                            .network()
                            .block()
                            .getChildren()
                            .valueAt(0)
                            .forward(store, inputs, false)
                            .singletonOrThrow();
            NDArray probabilities =
                    session.network()
                            .network()
                            .block()
                            .forward(store, inputs, false)
                            .singletonOrThrow()
                            .softmax(1);

            try (TextClassifier classifier = TextClassifier.load(model)) {
                assertThat(Bits.of(classifier.means(scratch, classifier.bags(texts))))
                        .isEqualTo(Bits.of(means));
                List<Classifications> results = classifier.classify(texts);
                assertThat(results).hasSize(rows.length);
                int right = 0;
                for (int i = 0; i < rows.length; i++) {
                    Classifications result = results.get(i);
                    assertThat(result.getClassNames()).containsExactly("alive", "made");
                    assertThat(result.getProbabilities())
                            .containsExactly(
                                    (double) probabilities.getFloat(i, 0),
                                    (double) probabilities.getFloat(i, 1));
                    right +=
                            lines.get(rows[i]).startsWith(result.best().getClassName() + "\t")
                                    ? 1
                                    : 0;
                }
                assertThat((double) right / rows.length).isEqualTo(report.heldOut().accuracy());
                assertThat(right)
                        .as("some are wrong, or the comparison shows nothing")
                        .isLessThan(48);
            }
        }
    }

    @Test
    void manyBatchesOfTextsKeepTheirOrder() throws IOException {
        train();
        List<String> texts =
                IntStream.range(0, 700).mapToObj(i -> i % 3 == 0 ? "cat dog" : "car road").toList();
        try (TextClassifier classifier = TextClassifier.load(model)) {
            List<Classifications> results = classifier.classify(texts);
            assertThat(results).hasSize(700);
            for (int i = 0; i < 700; i++) {
                assertThat(results.get(i).best().getClassName())
                        .isEqualTo(i % 3 == 0 ? "alive" : "made");
            }
            assertThat(classifier.classify()).isEmpty();
            assertThat(classifier.labels()).containsExactly("alive", "made");
        }
    }

    @Test
    void threadsShareAClassifier() throws Exception {
        train();
        ExecutorService threads = Executors.newFixedThreadPool(4);
        try (TextClassifier classifier = TextClassifier.load(model)) {
            List<Double> expected = classifier.classify("cat tree").get(0).getProbabilities();
            List<Future<List<Double>>> results =
                    IntStream.range(0, 40)
                            .mapToObj(
                                    i ->
                                            threads.submit(
                                                    () ->
                                                            classifier
                                                                    .classify("cat tree")
                                                                    .get(0)
                                                                    .getProbabilities()))
                            .toList();
            for (Future<List<Double>> result : results) {
                assertThat(result.get()).isEqualTo(expected);
            }
        } finally {
            threads.shutdown();
        }
    }

    @Test
    void anEmptyTextIsRefused() throws IOException {
        train();
        try (TextClassifier classifier = TextClassifier.load(model)) {
            assertThatThrownBy(() -> classifier.classify("cat", ""))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessage(
                            "text 1: expected a text to classify, found an empty one; remove it");
        }
    }

    @Test
    @SuppressWarnings("NullAway") // a caller without the checker
    void nullIsRefused() throws IOException {
        train();
        try (TextClassifier classifier = TextClassifier.load(model)) {
            assertThatThrownBy(() -> classifier.classify("cat", null))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining("text 1");
        }
    }

    @Test
    void aClosedClassifierIsRefused() throws IOException {
        train();
        TextClassifier classifier = TextClassifier.load(model);
        classifier.close();
        classifier.close();
        assertThatThrownBy(() -> classifier.classify("cat"))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("closed");
    }

    private void train() throws IOException {
        new ClassifierTraining(
                        data,
                        null,
                        model,
                        new ClassifierOptions(
                                ClassifierStart.SCRATCH,
                                4,
                                0.05,
                                0.05,
                                0.2,
                                new StepOptions(16, 1, 5, 1)))
                .run(RUN, progress -> {});
    }
}
