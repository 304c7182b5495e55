package io.forestage.training.classify;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.forestage.Embeddings;
import io.forestage.InputStage;
import io.forestage.model.ModelVerification;
import io.forestage.testing.TinyModel;
import io.forestage.training.StepOptions;
import io.forestage.training.TrainingProgress;
import io.forestage.training.TrainingRun;
import io.forestage.training.session.Interruption;
import io.forestage.weights.WeightFile;
import io.forestage.weights.safetensors.SafetensorsFile;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.SortedMap;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Trainings from labelled lines to a model folder with a head. */
class ClassifierTrainingTest {

    private static final TrainingRun RUN = TrainingRun.defaults().withCheckpointEvery(2);

    @TempDir Path temporary;

    private Path data;
    private Path tiny;
    private Path model;

    @BeforeEach
    void writeData() throws IOException {
        data = TestClassifiers.writeLabelled(temporary.resolve("data.tsv"), 120);
        tiny = TinyModel.write(temporary.resolve("tiny"));
        model = temporary.resolve("model");
    }

    @Test
    void theModelHasTheTableAndItsHead() throws IOException {
        ClassifierReport report =
                new ClassifierTraining(data, null, model, options(ClassifierStart.SCRATCH, 20))
                        .run(RUN.withCheckpointEvery(1000), progress -> {});

        assertThat(report.labels()).containsExactly("alive", "made");
        assertThat(report.heldOut().targets()).isEqualTo(24);
        assertThat(report.trained().targets()).isEqualTo(96);
        assertThat(report.heldOut().accuracy()).isGreaterThan(0.9).isLessThanOrEqualTo(1);
        assertThat(report.mostFrequent()).isBetween(0.4, 0.6);
        try (InputStage stage = InputStage.load(model);
                Embeddings twice = stage.embed(" cat cat")) {
            float[] vectors = twice.embeddings().toFloatArray();
            assertThat(vectors).hasSize(16);
            assertThat(vectors[0]).as("no position is added").isEqualTo(vectors[8]);
        }
        assertThat(ModelVerification.of(model).differing()).isEmpty();
        try (WeightFile head = SafetensorsFile.open(model.resolve("training/head.safetensors"))) {
            assertThat(head.require("score.weight").shape()).containsExactly(2L, 8L);
            assertThat(head.require("score.bias").shape()).containsExactly(2L);
            assertThat(head.metadata()).containsEntry("label 0", "alive");
            assertThat(head.metadata()).containsEntry("label 1", "made");
        }
        assertThat(model.resolve("provenance.json"))
                .content()
                .contains("\"task\": \"classify\"", "\"data 0\": \"data.tsv, ", "held out");
    }

    @Test
    void aFrozenTableIsTheModelsOwnToTheBit() throws IOException {
        training(ClassifierStart.FROZEN).run(RUN, progress -> {});

        assertThat(ModelVerification.of(model).found().get("wte.weight"))
                .isEqualTo(ModelVerification.of(tiny).found().get("wte.weight"));
    }

    @Test
    void aFineTunedTableDiffersFromTheModelsWhereTheTextsAre() throws IOException {
        training(ClassifierStart.FINE_TUNED).run(RUN, progress -> {});

        try (InputStage before = InputStage.load(tiny);
                InputStage after = InputStage.load(model);
                Embeddings known = after.embed(" dog");
                Embeddings unknown = after.embed(" sun");
                Embeddings plain = before.embed(" sun")) {
            long id = after.tokenizer().encode(" dog").ids()[0];
            assertThat(known.embeddings().toFloatArray()[0]).isNotEqualTo(TinyModel.wte(id, 0));
            long other = after.tokenizer().encode(" sun").ids()[0];
            assertThat(unknown.embeddings().toFloatArray()[0])
                    .isEqualTo(TinyModel.wte(other, 0))
                    .isEqualTo(plain.embeddings().toFloatArray()[0]);
        }
    }

    @Test
    void startsAreComparedOnTheSameRowsAndNothingIsWritten() throws IOException {
        ClassifierTraining training = training(ClassifierStart.FROZEN);
        for (ClassifierStart start : ClassifierStart.values()) {
            ClassifierReport report = training.measure(start, RUN, progress -> {});
            assertThat(report.start()).isEqualTo(start);
            assertThat(report.heldOut().targets()).isEqualTo(24);
        }
        assertThat(temporary).isDirectoryNotContaining("glob:**model*");
    }

    @ParameterizedTest
    @EnumSource
    void aResumedTrainingEndsInTheSameBits(ClassifierStart start) throws IOException {
        List<SortedMap<String, String>> states = new ArrayList<>();
        training(start).run(RUN, progress -> keepLast(progress, states));
        Path whole = Files.move(model, temporary.resolve("whole"));

        assertThatThrownBy(() -> training(start).run(RUN, Interruption.after(5)))
                .isInstanceOf(Interruption.class);
        training(start)
                .run(
                        RUN.withStart(TrainingRun.Start.RESUME),
                        progress -> keepLast(progress, states));

        for (String file : List.of("model.safetensors", "training/head.safetensors")) {
            assertThat(model.resolve(file)).hasSameBinaryContentAs(whole.resolve(file));
        }
        assertThat(states.get(0)).containsKeys("optimizer");
        assertThat(states.get(1)).isEqualTo(states.get(0));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = ';',
            value = {
                "a\\tx\\n"
                    + "b\\ty\\n"
                    + "no tab; line 3: expected \"label TAB text\" or \"__label__NAME text\", found"
                    + " no tab in \"no tab\"",
                "a\\tx\\n"
                    + "\\ty\\n"
                    + "; line 2: expected \"label TAB text\" or \"__label__NAME text\", found no"
                    + " label",
                "a\\tx\\r"
                    + "\\n"
                    + "\\r"
                    + "\\n"
                    + "b\\t \\n"
                    + "; line 3: expected \"label TAB text\" or \"__label__NAME text\", found no"
                    + " text",
                "a\\tx\\na\\ty\\n; two labels or more, found 2 lines of \"a\"",
                "\\n \\n; two labels or more, found no line"
            })
    void invalidLinesAreRefusedWithTheirNumber(String text, String message) throws IOException {
        Files.writeString(
                data, text.replace("\\t", "\t").replace("\\n", "\n").replace("\\r", "\r"));
        assertThatThrownBy(() -> training(ClassifierStart.SCRATCH).run(RUN, progress -> {}))
                .isInstanceOf(IOException.class)
                .hasMessageContaining(data.toString())
                .hasMessageContaining(message);
    }

    @Test
    void otherBytesThanUtf8AreRefused() throws IOException {
        Files.write(data, new byte[] {'a', '\t', (byte) 0xe9, '\n'});
        assertThatThrownBy(() -> training(ClassifierStart.SCRATCH).run(RUN, progress -> {}))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("expected UTF-8");
    }

    @Test
    void tooFewLinesToHoldSomeOutAreRefused() throws IOException {
        Files.writeString(data, "a\tx\nb\ty\n");
        assertThatThrownBy(() -> training(ClassifierStart.SCRATCH).run(RUN, progress -> {}))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("found 2 lines of 2 classes");
    }

    @Test
    void aByteOrderMarkAndCarriageReturnsAreDropped() throws IOException {
        Files.writeString(data, "\ufeffa\tx\r\nb\ty\r\n" + "a\tx\r\nb\tz\r\n".repeat(5));
        ClassifierReport report =
                training(ClassifierStart.SCRATCH).measure(ClassifierStart.SCRATCH, RUN, p -> {});
        assertThat(report.labels()).containsExactly("a", "b");
    }

    @Test
    void allRowsAreTrainedIfNoneAreHeldOut() throws IOException {
        ClassifierOptions all =
                new ClassifierOptions(
                        ClassifierStart.SCRATCH, 8, 0.01, 0.01, 0, new StepOptions(16, 1, 2, 1));

        ClassifierReport report =
                new ClassifierTraining(data, null, model, all).run(RUN, progress -> {});

        assertThat(report.trained().targets()).isEqualTo(120);
        assertThat(report.heldOut().targets()).isZero();
        assertThat(report.heldOut().accuracy()).isNaN();
        assertThat(report.mostFrequent()).isNaN();
        assertThat(model.resolve("provenance.json")).content().doesNotContain("NaN");
        assertThatThrownBy(
                        () ->
                                new ClassifierOptions(
                                        ClassifierStart.SCRATCH,
                                        8,
                                        0.01,
                                        0.01,
                                        0,
                                        new StepOptions(16, 1, 2, 1).withEarlyStopping(0, 3)))
                .hasMessageContaining("patience: expected 0 with a held-out of 0");
    }

    @Test
    void linesOfFastTextTrainTheSameModel() throws IOException {
        training(ClassifierStart.SCRATCH).run(RUN, progress -> {});
        String expected = ModelVerification.of(model).found().get("wte.weight");
        StringBuilder lines = new StringBuilder();
        for (String line : Files.readAllLines(data)) {
            String[] parts = line.split("\t", 2);
            lines.append("__label__").append(parts[0]).append(' ').append(parts[1].strip());
            lines.append('\n');
        }
        Path stripped = temporary.resolve("stripped.tsv");
        Files.writeString(stripped, Files.readString(data).replace(" \n", "\n"));
        Path fastText = Files.writeString(temporary.resolve("fasttext.txt"), lines);
        Path first = temporary.resolve("first");
        Path second = temporary.resolve("second");

        ClassifierOptions options = options(ClassifierStart.SCRATCH, 2);
        new ClassifierTraining(stripped, null, first, options).run(RUN, progress -> {});
        new ClassifierTraining(fastText, null, second, options).run(RUN, progress -> {});

        assertThat(ModelVerification.of(second).found().get("wte.weight"))
                .isEqualTo(ModelVerification.of(first).found().get("wte.weight"))
                .isNotEqualTo(expected);
        try (TextClassifier classifier = TextClassifier.load(second)) {
            assertThat(classifier.labels()).containsExactly("alive", "made");
            assertThat(classifier.hasSeveralLabels()).isFalse();
        }
    }

    /**
     * Three topics, any of which a text may have. Labels are found wherever fastText finds them.
     */
    @Test
    void rowsMayHaveSeveralLabels() throws IOException {
        Files.writeString(
                data,
                """
                __label__sea __label__air gull sea sky
                __label__air sky bird cloud
                __label__sea fish sea wave
                __label__land tree road field
                road and bridge over the sea __label__land __label__sea
                __label__air  __label__land bird in the tree\tfield sky
                """
                        .repeat(20));
        ClassifierOptions options =
                new ClassifierOptions(
                        ClassifierStart.SCRATCH, 8, 0.05, 0.05, 0.2, new StepOptions(16, 1, 40, 1));

        ClassifierReport report =
                new ClassifierTraining(data, null, model, options).run(RUN, progress -> {});

        assertThat(report.hasSeveralLabels()).isTrue();
        assertThat(report.labels()).containsExactly("air", "land", "sea");
        assertThat(report.heldOut().accuracy()).isEqualTo(1);
        assertThat(report.mostFrequent()).isBetween(0.3, 0.7);
        try (TextClassifier classifier = TextClassifier.load(model)) {
            assertThat(classifier.hasSeveralLabels()).isTrue();
            List<Double> both = classifier.classify("gull sea sky").get(0).getProbabilities();
            assertThat(both.get(0)).isGreaterThan(0.9);
            assertThat(both.get(1)).isLessThan(0.1);
            assertThat(both.get(2)).isGreaterThan(0.9);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"__label__a", "__label__a \t ", "a b", "\tx", "a\t "})
    void aLineWithoutLabelOrTextIsReportedWithItsNumber(String line) throws IOException {
        Files.writeString(data, "a\tx\nb\ty\n" + line + "\n");

        assertThatThrownBy(() -> training(ClassifierStart.SCRATCH).run(RUN, progress -> {}))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("line 3: expected \"label TAB text\" or")
                .hasMessageContaining("fix or remove the line");
    }

    @ParameterizedTest
    @EnumSource(names = {"FROZEN", "FINE_TUNED"})
    void aStartWithAModelsTableRequiresAModel(ClassifierStart start) {
        assertThatThrownBy(() -> new ClassifierTraining(data, null, model, options(start, 1)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("init: expected a model to start from");
    }

    private ClassifierTraining training(ClassifierStart start) {
        return new ClassifierTraining(data, tiny, model, options(start, 2));
    }

    private void keepLast(TrainingProgress progress, List<SortedMap<String, String>> states) {
        if (progress.step() == progress.steps()) {
            try {
                states.add(Interruption.state(model));
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
    }

    private static ClassifierOptions options(ClassifierStart start, int epochs) {
        return new ClassifierOptions(start, 8, 0.01, 0.01, 0.2, new StepOptions(16, 1, epochs, 1));
    }
}
