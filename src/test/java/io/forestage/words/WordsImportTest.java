package io.forestage.words;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.forestage.InputStage;
import io.forestage.model.ModelConfig;
import io.forestage.model.ModelVerification;
import io.forestage.model.PositionKind;
import io.forestage.testing.TinyModel;
import io.forestage.weights.ElementType;
import io.forestage.weights.StoredType;
import io.forestage.weights.words.WordFormat;
import io.forestage.weights.words.WordVectorFile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Models made of word vectors, and word vectors made of models. */
class WordsImportTest {

    private static final WordsImport.Options DEFAULTS =
            new WordsImport.Options(false, StoredType.KEEP, 0, 1);

    @TempDir Path temporary;

    @Test
    void aWordThatIsOneTokenGivesTheTokenItsRow() throws IOException {
        Path file = write("king 1 2\nxylograph 3 4\nqueen 5 6\nking 7 8\n");
        Path model = temporary.resolve("model");

        WordsImport.Report report = new WordsImport(file, model).run(DEFAULTS);

        assertThat(report.words()).isEqualTo(3);
        assertThat(report.taken()).isEqualTo(2);
        assertThat(report.repeated()).isEqualTo(1);
        assertThat(report.tokens()).isEqualTo(50257);
        assertThat(report.spelledAsTokens()).isFalse();
        assertThat(ModelVerification.of(model).differing()).isEmpty();
        try (InputStage stage = InputStage.load(model)) {
            assertThat(stage.trainedTokens().orElseThrow().stream())
                    .containsExactly(5822, 16599); // " king", " queen"
            assertThat(rows(stage, 5822, 1)).containsExactly(1, 2);
            assertThat(rows(stage, 16599, 1)).containsExactly(5, 6);
            float[] others = rows(stage, 20_000, 30_000);
            assertThat(deviation(others)).isBetween(0.0195, 0.0205);
        }
    }

    @Test
    void theRandomRowsFollowFromTheSeedAlone() throws IOException {
        Path one = temporary.resolve("one");
        Path other = temporary.resolve("other");
        Path third = temporary.resolve("third");
        new WordsImport(write("king 1 2\n"), one).run(DEFAULTS);
        new WordsImport(write("man 1 2\n"), other).run(DEFAULTS);
        new WordsImport(write("man 1 2\n"), third)
                .run(new WordsImport.Options(false, StoredType.KEEP, 0, 2));

        try (InputStage a = InputStage.load(one);
                InputStage b = InputStage.load(other);
                InputStage c = InputStage.load(third)) {
            assertThat(rows(a, 40_000, 100)).isEqualTo(rows(b, 40_000, 100));
            assertThat(rows(a, 40_000, 100)).isNotEqualTo(rows(c, 40_000, 100));
        }
    }

    @Test
    void positionsAreDrawnIfTheyAreWanted() throws IOException {
        Path model = temporary.resolve("model");

        new WordsImport(write("king 1 2\n"), model)
                .run(new WordsImport.Options(false, StoredType.FLOAT16, 9, 1));

        ModelConfig config = ModelConfig.read(model);
        assertThat(config.positionKind()).isEqualTo(PositionKind.LEARNED);
        assertThat(config.nPositions()).isEqualTo(9);
        try (InputStage stage = InputStage.load(model)) {
            assertThat(stage.embed(" king").embeddings().toFloatArray()[0])
                    .isBetween(0.9f, 1.1f)
                    .isNotEqualTo(1f);
        }
    }

    @Test
    void aFileWithoutAnyTokenIsRefusedAndNothingIsWritten() throws IOException {
        Path model = temporary.resolve("model");

        assertThatThrownBy(() -> new WordsImport(write("xylograph 1 2\n"), model).run(DEFAULTS))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("expected words that are one token of GPT-2")
                .hasMessageContaining("found none among 1");
        assertThat(Files.exists(model)).isFalse();
    }

    @Test
    void anExistingModelIsKept() throws IOException {
        Path model = TinyModel.write(temporary.resolve("model"));

        assertThatThrownBy(() -> new WordsImport(write("king 1 2\n"), model).run(DEFAULTS))
                .isInstanceOf(IOException.class);
    }

    @ParameterizedTest
    @EnumSource(WordFormat.class)
    void anExportedTableComesBackWithAllItsRows(WordFormat format) throws IOException {
        Path model = TinyModel.write(temporary.resolve("model"), ElementType.BF16, "");
        Path file = temporary.resolve("words");
        Path back = temporary.resolve("back");

        new WordsExport(model, format).write(file);
        WordsImport.Report report = new WordsImport(file, back).run(DEFAULTS);

        try (WordVectorFile words = WordVectorFile.open(file)) {
            assertThat(words.words().size()).isEqualTo(50257);
            assertThat(words.words().word(5822)).isEqualTo("Ġking");
            assertThat(words.words().word(198)).isEqualTo("Ċ");
            assertThat(words.words().word(50256)).isEqualTo("<|endoftext|>");
        }
        assertThat(report.spelledAsTokens()).isTrue();
        assertThat(report.taken()).isEqualTo(50257);
        assertThat(ModelVerification.of(back).found().get("wte.weight"))
                .isEqualTo(ModelVerification.of(model).found().get("wte.weight"));
    }

    @Test
    void rowsWithoutTrainingAreNotExported() throws IOException {
        Path model = temporary.resolve("model");
        new WordsImport(write("king 1 2\nqueen 5 6\n"), model).run(DEFAULTS);
        Path file = temporary.resolve("words.txt");

        new WordsExport(model, WordFormat.GLOVE).write(file);

        assertThat(Files.readString(file)).isEqualTo("Ġking 1.0 2.0\nĠqueen 5.0 6.0\n");
    }

    private static float[] rows(InputStage stage, int first, int count) {
        float[] values = new float[count * (int) stage.config().nEmbd()];
        stage.copyTokenVectors(first, count, values);
        return values;
    }

    private static double deviation(float[] values) {
        double squares = 0;
        for (float value : values) {
            squares += (double) value * value;
        }
        return Math.sqrt(squares / values.length);
    }

    private Path write(String text) throws IOException {
        return Files.writeString(temporary.resolve("words.in"), text);
    }
}
