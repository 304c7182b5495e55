package io.forestage.training.lm;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.forestage.Embeddings;
import io.forestage.InputStage;
import io.forestage.model.ModelVerification;
import io.forestage.testing.TinyModel;
import io.forestage.training.StepOptions;
import io.forestage.training.TrainingListener;
import io.forestage.training.TrainingProgress;
import io.forestage.training.TrainingRun;
import io.forestage.training.TrainingTexts;
import io.forestage.training.session.Interruption;
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
import org.junit.jupiter.params.provider.ValueSource;

/** Trainings from text files to a model folder with tokens and positions. */
class LanguageModelTrainingTest {

    private static final TrainingRun RUN = TrainingRun.defaults().withCheckpointEvery(2);

    @TempDir Path temporary;

    private Path text;
    private Path model;

    @BeforeEach
    void writeText() throws IOException {
        text = TrainingTexts.write(temporary.resolve("text.txt"), 600, 1);
        model = temporary.resolve("model");
    }

    @Test
    void theModelHasTokensAndPositionsAndTheReportItsEvaluation() throws IOException {
        List<TrainingProgress> received = new ArrayList<>();
        LanguageModelReport report =
                training(options(0.05, 0, 3)).run(RUN.withCheckpointEvery(1000), received::add);

        assertThat(report.heldOut().perplexity()).isLessThan(1000);
        assertThat(report.trained().perplexity()).isLessThan(1000);
        assertThat(received.get(0).loss()).as("50257 tokens, all the same").isBetween(10.7, 10.9);
        assertThat(received).hasSize((int) report.last().steps());
        assertThat(report.last().tokens()).isEqualTo(report.last().allTokens());
        try (InputStage stage = InputStage.load(model);
                Embeddings twice = stage.embed(" king king")) {
            float[] vectors = twice.embeddings().toFloatArray();
            assertThat(vectors).hasSize(8);
            assertThat(vectors[0]).as("positions are added").isNotEqualTo(vectors[4]);
        }
        assertThat(ModelVerification.of(model).recorded())
                .containsOnlyKeys("wte.weight", "wpe.weight");
        assertThat(ModelVerification.of(model).differing()).isEmpty();
        assertThat(model.resolve("provenance.json"))
                .content()
                .contains("\"task\": \"lm\"", "\"context\": \"8\"", "\"perplexity, held out\"")
                .contains("\"text 0\": \"text.txt, ", "\"device\": \"cpu\"", "\"init\": \"none\"");
        assertThat(model.resolve("training/curve.csv")).content().contains("\n1,");
        assertThat(model.resolve("training/curve.png")).exists();
        assertThat(temporary.resolve("model-training")).doesNotExist();
    }

    @ParameterizedTest
    @ValueSource(doubles = {0, 0.3})
    void aResumedTrainingEndsInTheSameBits(double dropout) throws IOException {
        LanguageModelOptions options = options(0.01, dropout, 1);
        List<SortedMap<String, String>> states = new ArrayList<>();
        TrainingListener keeper = progress -> keepLast(progress, states);
        training(options).run(RUN, keeper);
        Path whole = Files.move(model, temporary.resolve("whole"));

        assertThatThrownBy(() -> training(options).run(RUN, Interruption.after(3)))
                .isInstanceOf(Interruption.class);
        assertThat(Interruption.checkpointOf(model)).exists();
        List<TrainingProgress> received = new ArrayList<>();
        training(options)
                .run(
                        RUN.withStart(TrainingRun.Start.RESUME),
                        progress -> {
                            received.add(progress);
                            keeper.onStep(progress);
                        });

        assertThat(received.get(0).step()).as("the step after the checkpoint").isEqualTo(3);
        assertThat(model.resolve("model.safetensors"))
                .hasSameBinaryContentAs(whole.resolve("model.safetensors"));
        assertThat(states.get(0)).containsKeys("optimizer");
        assertThat(states.get(1)).isEqualTo(states.get(0));
    }

    @Test
    void aModelIsTrainedFurther() throws IOException {
        Path tiny = TinyModel.write(temporary.resolve("tiny"));
        LanguageModelOptions options = options(0.001, 0, 1);
        new LanguageModelTraining(List.of(text), tiny, model, options).run(RUN, progress -> {});

        try (InputStage before = InputStage.load(tiny);
                InputStage after = InputStage.load(model)) {
            assertThat(after.config().nPositions()).isEqualTo(TinyModel.POSITIONS);
            assertThat(after.config().nEmbd()).isEqualTo(TinyModel.WIDTH);
            try (Embeddings one = before.embed(" king");
                    Embeddings other = after.embed(" king")) {
                float[] differences = other.embeddings().sub(one.embeddings()).toFloatArray();
                assertThat(differences).as("some steps of 0.001").doesNotContain(0f);
                assertThat(Math.abs(differences[0])).isLessThan(0.5f);
            }
        }
        assertThat(model.resolve("provenance.json")).content().contains("\"init wte.weight\"");
    }

    @Test
    void anotherModelToStartFromIsNotResumed() throws IOException {
        LanguageModelOptions options =
                new LanguageModelOptions(
                        TinyModel.WIDTH, 8, 6, 0.01, 0, 0.1, new StepOptions(4, 2, 1, 1));
        assertThatThrownBy(() -> training(options).run(RUN, Interruption.after(2)))
                .isInstanceOf(Interruption.class);
        Path tiny = TinyModel.write(temporary.resolve("tiny"));
        LanguageModelTraining other =
                new LanguageModelTraining(List.of(text), tiny, model, options);

        assertThatThrownBy(() -> other.run(RUN.withStart(TrainingRun.Start.RESUME), progress -> {}))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("expected a checkpoint of this training, with init w");
    }

    @Test
    void aLossThatIsNotFiniteIsReportedWithItsStepAndTheLastCheckpoint() {
        assertThatThrownBy(
                        () ->
                                training(options(1e30, 0, 1))
                                        .run(RUN.withCheckpointEvery(1), p -> {}))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageMatching("step [23] of .*: expected a finite loss, found .*")
                .hasMessageContaining("learning rate 1.0E30")
                .hasMessageContaining(
                        "the last good checkpoint is " + Interruption.checkpointOf(model));
        assertThat(model).doesNotExist();
    }

    @Test
    void aTextShorterThanAWindowIsRefused() throws IOException {
        Path tokens = Files.writeString(temporary.resolve("few.txt"), " king".repeat(40));
        assertThatThrownBy(() -> train(List.of(tokens)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("few.txt")
                .hasMessageContaining(
                        "expected at least 9 tokens (context + 1) to train on and to hold out")
                .hasMessageContaining("found 37 and 4");
    }

    @Test
    void anEmptyTextIsRefused() throws IOException {
        Path empty = Files.writeString(temporary.resolve("empty.txt"), "");
        assertThatThrownBy(() -> train(List.of(empty)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("empty.txt")
                .hasMessageContaining("give more text");
    }

    @Test
    void otherBytesThanUtf8AreRefusedWithTheirLine() throws IOException {
        Path latin1 = temporary.resolve("latin1.txt");
        Files.write(latin1, new byte[] {'a', '\n', (byte) 0xe9, 'b'});
        assertThatThrownBy(() -> train(List.of(latin1)))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("latin1.txt: expected UTF-8")
                .hasMessageContaining("line ");
    }

    @Test
    void aContextBeyondTheModelsPositionsIsRefused() throws IOException {
        Path tiny = TinyModel.write(temporary.resolve("tiny"));
        LanguageModelOptions options =
                new LanguageModelOptions(4, 33, 33, 0.01, 0, 0.1, new StepOptions(2, 1, 1, 1));
        LanguageModelTraining training =
                new LanguageModelTraining(List.of(text), tiny, model, options);
        assertThatThrownBy(() -> training.run(RUN, progress -> {}))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining(
                        "expected at most 32, the positions of " + tiny + ", found 33");
    }

    @Test
    void aModelOfAnotherVocabularyIsRefused() throws IOException {
        Path other = Files.createDirectories(temporary.resolve("other"));
        Files.writeString(
                other.resolve("config.json"),
                "{\"vocab_size\": 100, \"n_embd\": 4, \"n_positions\": 16,"
                        + " \"forestage_random_seed\": 1}");
        LanguageModelTraining training =
                new LanguageModelTraining(List.of(text), other, model, options(0.01, 0, 1));
        assertThatThrownBy(() -> training.run(RUN, progress -> {}))
                .isInstanceOf(IOException.class)
                .hasMessageContaining(other.toString())
                .hasMessageContaining(
                        "expected the model's own tokenizer for its vocabulary of 100 tokens");
    }

    private LanguageModelTraining training(LanguageModelOptions options) {
        return new LanguageModelTraining(List.of(text), null, model, options);
    }

    private void train(List<Path> texts) throws IOException {
        new LanguageModelTraining(texts, null, model, options(0.01, 0, 1)).run(RUN, progress -> {});
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

    private static LanguageModelOptions options(double rate, double dropout, int epochs) {
        return new LanguageModelOptions(
                4, 8, 6, rate, dropout, 0.1, new StepOptions(4, 2, epochs, 1));
    }
}
