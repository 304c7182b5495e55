package io.forestage.training;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.forestage.training.classify.ClassifierOptions;
import io.forestage.training.classify.ClassifierStart;
import io.forestage.training.classify.ClassifierTraining;
import io.forestage.training.lm.LanguageModelOptions;
import io.forestage.training.lm.LanguageModelTraining;
import io.forestage.training.session.Interruption;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Trainings that start from a model with its own tokenizer. */
class OtherTokenizerTest {

    private static final String MERGES = "#version: 0.2\nh e\nl l\nhe ll\nhell o\n\u0120 hello\n";
    private static final TrainingRun RUN = TrainingRun.defaults().withCheckpointEvery(1);

    @TempDir Path temporary;

    private Path init;
    private Path text;
    private Path model;

    @BeforeEach
    void writeFiles() throws IOException {
        init = Files.createDirectories(temporary.resolve("init"));
        config("");
        Files.writeString(
                init.resolve("vocab.json"),
                "{\"h\": 0, \"e\": 1, \"l\": 2, \"o\": 3, \"\u0120\": 4, \"he\": 5, \"ll\": 6,"
                        + " \"hell\": 7, \"hello\": 8, \"\u0120hello\": 9, \"<|endoftext|>\": 10}");
        Files.writeString(init.resolve("merges.txt"), MERGES);
        text = Files.writeString(temporary.resolve("text.txt"), "hello hello he".repeat(60));
        model = temporary.resolve("model");
    }

    @Test
    void theModelHasTheTokenizerToo() throws IOException {
        languageModel().run(RUN, progress -> {});
        assertThat(model.resolve("merges.txt")).hasSameBinaryContentAs(init.resolve("merges.txt"));
        assertThat(model.resolve("provenance.json"))
                .content()
                .contains("\"init tokenizer\": \"vocab.json sha256 ", "merges.txt sha256 ")
                .contains("\"dim\": \"4\"", "\"init end of text\": \"10\"");
    }

    @Test
    void anotherTokenizerIsNotResumed() throws IOException {
        interrupt();
        Files.writeString(init.resolve("merges.txt"), MERGES.replace("\u0120 hello\n", ""));
        assertNotResumed("with init tokenizer vocab.json sha256 ");
    }

    @Test
    void anotherEndOfTextIsNotResumed() throws IOException {
        interrupt();
        config(", \"eos_token_id\": 3");
        assertNotResumed("with init end of text 3, found 10");
    }

    @Test
    void otherPositionsAreNotResumed() throws IOException {
        interrupt();
        config(", \"position_embedding_type\": \"none\"");
        assertNotResumed("with init positions none 16, found learned 16");
    }

    @Test
    void aCharacterNotInTheVocabularyIsReportedWithItsLineInLabelledTexts() throws IOException {
        Path data =
                Files.writeString(temporary.resolve("data.tsv"), "a\thello\n\nb\thell\na\tworld\n");
        ClassifierTraining training =
                new ClassifierTraining(
                        data,
                        init,
                        model,
                        ClassifierOptions.defaults().withStart(ClassifierStart.FINE_TUNED));
        assertThatThrownBy(() -> training.run(RUN, progress -> {}))
                .isInstanceOf(IOException.class)
                .hasMessageContaining(data + ": in the text that ends at line 4: character U+0077")
                .hasMessageContaining("is not in this vocabulary");
    }

    @Test
    void aCharacterNotInTheVocabularyIsReportedWithItsLineInAText() throws IOException {
        Files.writeString(text, "hello\nworld");
        assertThatThrownBy(() -> languageModel().run(RUN, progress -> {}))
                .isInstanceOf(IOException.class)
                .hasMessageContaining(text + ": in the text that ends at line 2: character U+");
    }

    private void interrupt() {
        assertThatThrownBy(() -> languageModel().run(RUN, Interruption.after(1)))
                .isInstanceOf(Interruption.class);
    }

    private void assertNotResumed(String message) {
        assertThatThrownBy(
                        () ->
                                languageModel()
                                        .run(
                                                RUN.withStart(TrainingRun.Start.RESUME),
                                                progress -> {}))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("expected a checkpoint of this training, " + message);
        assertThat(Interruption.checkpointOf(model)).exists();
    }

    private LanguageModelTraining languageModel() {
        return new LanguageModelTraining(
                List.of(text),
                init,
                model,
                new LanguageModelOptions(128, 8, 8, 0.01, 0, 0.2, new StepOptions(2, 1, 1, 1)));
    }

    private void config(String more) throws IOException {
        Files.writeString(
                init.resolve("config.json"),
                "{\"vocab_size\": 11, \"n_embd\": 4, \"n_positions\": 16,"
                        + " \"forestage_random_seed\": 1%s}".formatted(more));
    }
}
