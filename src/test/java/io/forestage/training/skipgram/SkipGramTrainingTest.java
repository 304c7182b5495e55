package io.forestage.training.skipgram;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.forestage.Embeddings;
import io.forestage.InputStage;
import io.forestage.model.ModelVerification;
import io.forestage.training.TrainingProgress;
import io.forestage.training.TrainingRun;
import io.forestage.training.TrainingTexts;
import io.forestage.weights.StoredType;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Trainings from text files to a model folder. */
class SkipGramTrainingTest {

    private static final SkipGramOptions OPTIONS = new SkipGramOptions(8, 3, 2, 2, 0, 0.05, 2, 1);

    @TempDir Path temporary;

    @Test
    void theModelReturnsTokenVectorsWithoutPositions() throws IOException {
        Path text = TrainingTexts.write(temporary.resolve("text.txt"), 3_000, 1);
        Path model = temporary.resolve("models/new");
        List<TrainingProgress> received = new ArrayList<>();

        SkipGramReport report = train(List.of(text), model, run(1), received);

        assertThat(report.trainedTokens()).isEqualTo(12);
        assertThat(received).hasSize(2).endsWith(report.last());
        assertThat(report.last().step()).isEqualTo(report.last().steps());
        assertThat(report.last().tokens()).isEqualTo(report.last().allTokens());
        assertThat(report.last().loss()).isLessThan(received.get(0).loss()).isPositive();
        try (InputStage stage = InputStage.load(model);
                Embeddings king = stage.embed(" king king")) {
            float[] vectors = king.embeddings().toFloatArray();
            assertThat(vectors).hasSize(16);
            for (int i = 0; i < 8; i++) {
                assertThat(vectors[i]).as("no position is added").isEqualTo(vectors[i + 8]);
            }
            assertThat(stage.report().missing()).isEmpty();
        }
        assertThat(ModelVerification.of(model).recorded()).containsOnlyKeys("wte.weight");
        assertThat(ModelVerification.of(model).differing()).isEmpty();
        // What transformers needs to open a model of D = 8, which 12 heads do not divide.
        assertThat(model.resolve("config.json")).content().contains("\"n_head\": 1");
        assertThat(model.resolve("provenance.json"))
                .content()
                .contains("\"seed\": \"1\"", "\"dim\": \"8\"", "text.txt", "sha256")
                .containsPattern("\"tokens\": \"[1-9]\\d*\"")
                .containsPattern("\"trained rows\": \"[1-9]\\d*\"");
        assertThat(model.resolve("training/curve.csv"))
                .content()
                .startsWith(
                        "step,tokens,loss,learning_rate,seconds,tokens_per_second,held_out_loss\n"
                                + "1,")
                .hasLineCount(3);
        assertThat(Files.readAllBytes(model.resolve("training/curve.png")))
                .startsWith(0x89, 'P', 'N', 'G');
        assertThat(temporary.resolve("models")).isDirectoryNotContaining("glob:**-training");
    }

    @Test
    void float16TablesAreTheRoundedFloat32Tables() throws IOException {
        Path text = TrainingTexts.write(temporary.resolve("text.txt"), 500, 1);
        Path whole = temporary.resolve("whole");
        Path half = temporary.resolve("half");
        train(List.of(text), whole, run(1), new ArrayList<>());
        TrainingRun halves =
                new TrainingRun(1, 1, StoredType.FLOAT16, TrainingRun.Start.NEW, false);
        train(List.of(text), half, halves, new ArrayList<>());

        float[] floats = vector(whole);
        float[] rounded = vector(half);
        assertThat(Files.size(half.resolve("model.safetensors")))
                .isLessThan(Files.size(whole.resolve("model.safetensors")) * 51 / 100);
        for (int i = 0; i < floats.length; i++) {
            assertThat(rounded[i]).isCloseTo(floats[i], within(Math.abs(floats[i]) / 2048));
        }
        assertThat(rounded).isNotEqualTo(floats);
    }

    @Test
    void aTextWithoutPairsAfterSubsamplingIsRefusedBeforeAnythingIsWritten() throws IOException {
        Path text = Files.writeString(temporary.resolve("thin.txt"), "hello world\n");
        Path model = temporary.resolve("thin");
        SkipGramOptions subsampling = new SkipGramOptions(8, 3, 2, 2, 1e-3, 0.05, 1, 1);
        SkipGramTraining training = new SkipGramTraining(List.of(text), model, subsampling);

        assertThatIllegalArgumentException()
                .isThrownBy(() -> training.run(run(1), progress -> {}))
                .withMessageContaining("thin.txt")
                .withMessageContaining(
                        "two neighbouring tokens after subsampling with sample 0.001")
                .withMessageContaining("a sample of 0, which keeps all tokens");
        assertThat(model).doesNotExist();
        SkipGramOptions whole = new SkipGramOptions(8, 3, 2, 2, 0, 0.05, 1, 1);
        assertThat(
                        new SkipGramTraining(List.of(text), model, whole)
                                .run(run(1), progress -> {})
                                .last()
                                .loss())
                .isPositive();
    }

    @Test
    void anExistingModelIsNotReplacedUnlessForced() throws IOException {
        Path text = TrainingTexts.write(temporary.resolve("text.txt"), 500, 1);
        Path model = temporary.resolve("model");
        train(List.of(text), model, run(1), new ArrayList<>());

        assertThatThrownBy(() -> train(List.of(text), model, run(1), new ArrayList<>()))
                .isInstanceOf(IOException.class)
                .hasMessageContaining(model.toString())
                .hasMessageContaining("--force");

        Path other = TrainingTexts.write(temporary.resolve("other.txt"), 600, 2);
        TrainingRun forced =
                new TrainingRun(1, 1, StoredType.FLOAT32, TrainingRun.Start.RESTART, true);
        train(List.of(other), model, forced, new ArrayList<>());
        assertThat(model.resolve("provenance.json")).content().contains("other.txt");
    }

    @Test
    void aMissingTextIsNamed() {
        Path text = temporary.resolve("nothing.txt");
        assertThatThrownBy(() -> train(List.of(text)))
                .isInstanceOf(NoSuchFileException.class)
                .hasMessageContaining("nothing.txt");
    }

    @Test
    void aFolderIsNoText() {
        assertThatThrownBy(() -> train(List.of(temporary)))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("expected a text file, found a folder");
    }

    @Test
    void otherBytesThanUtf8AreRefusedWithTheirLine() throws IOException {
        Path text = temporary.resolve("latin1.txt");
        Files.write(text, new byte[] {'a', '\n', 'b', (byte) 0xe9, '\n', 'c'});
        assertThatThrownBy(() -> train(List.of(text)))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("latin1.txt: expected UTF-8")
                .hasMessageContaining("line ");
    }

    @Test
    void anEmptyTextIsRefused() throws IOException {
        Path text = Files.writeString(temporary.resolve("empty.txt"), "\n \n");
        assertThatThrownBy(() -> train(List.of(text)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("empty.txt")
                .hasMessageContaining("neighbouring tokens");
    }

    @Test
    void aTextWithoutNeighboursIsRefused() throws IOException {
        Path text = Files.writeString(temporary.resolve("words.txt"), "king\n\nking\n\nking");
        assertThatThrownBy(() -> train(List.of(text)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("neighbouring tokens");
    }

    @Test
    void aTextWithoutFrequentTokensIsRefused() throws IOException {
        Path text = Files.writeString(temporary.resolve("words.txt"), "king queen man");
        assertThatThrownBy(() -> train(List.of(text)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("occur 2 times or more");
    }

    @Test
    void aLossThatIsNotFiniteIsReportedWithItsStep() throws IOException {
        Path text = TrainingTexts.write(temporary.resolve("text.txt"), 3_000, 1);
        SkipGramOptions wild = new SkipGramOptions(8, 3, 2, 2, 0, 1e30, 2, 1);
        Path model = temporary.resolve("model");
        SkipGramTraining training = new SkipGramTraining(List.of(text), model, wild);

        assertThatThrownBy(() -> training.run(run(1), progress -> {}))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("step 1 of 2: expected a finite loss")
                .hasMessageContaining("there is no checkpoint yet");
        assertThat(model).doesNotExist();
    }

    private void train(List<Path> texts) throws IOException {
        train(texts, temporary.resolve("model"), run(1), new ArrayList<>());
    }

    private static SkipGramReport train(
            List<Path> texts, Path model, TrainingRun run, List<TrainingProgress> received)
            throws IOException {
        return new SkipGramTraining(texts, model, OPTIONS).run(run, received::add);
    }

    private static TrainingRun run(int threads) {
        return new TrainingRun(threads, 1, StoredType.FLOAT32, TrainingRun.Start.NEW, false);
    }

    private static float[] vector(Path model) throws IOException {
        try (InputStage stage = InputStage.load(model);
                Embeddings king = stage.embed(" king")) {
            return king.embeddings().toFloatArray();
        }
    }
}
