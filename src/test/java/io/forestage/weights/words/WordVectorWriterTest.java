package io.forestage.weights.words;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class WordVectorWriterTest {

    private static final float[] ONE = {1, -0.0f, Float.MIN_VALUE};
    private static final float[] OTHER = {-1.1754942E-38f, Float.MAX_VALUE, 0.1f};

    @TempDir Path temporary;

    @ParameterizedTest
    @EnumSource(WordFormat.class)
    void whatIsWrittenIsReadWithTheSameBits(WordFormat format) throws IOException {
        Path file = temporary.resolve("v");

        new WordVectorWriter(format, 3, List.of("Ġking", "日本"))
                .write(
                        file,
                        rows -> {
                            rows.next(ONE);
                            rows.next(OTHER);
                        });

        try (WordVectorFile read = WordVectorFile.open(file)) {
            assertThat(read.format()).isEqualTo(format);
            assertThat(read.words().word(0)).isEqualTo("Ġking");
            assertThat(read.words().word(1)).isEqualTo("日本");
            float[] vector = new float[3];
            read.read(0, 1, vector);
            assertThat(vector).isEqualTo(ONE);
            read.read(1, 1, vector);
            assertThat(vector).isEqualTo(OTHER);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "a b", "a\n", "\t"})
    void aWordThatNoReaderCouldTellIsRefused(String word) {
        List<String> words = List.of(word);

        assertThatThrownBy(() -> new WordVectorWriter(WordFormat.GLOVE, 3, words))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("expected a word without spaces");
    }

    @Test
    void moreOrFewerVectorsThanWordsAreRefusedAndNothingIsWritten() {
        WordVectorWriter writer = new WordVectorWriter(WordFormat.WORD2VEC, 3, List.of("a"));
        Path file = temporary.resolve("v");

        assertThatThrownBy(() -> writer.write(file, rows -> {}))
                .hasMessageContaining("expected 1 vectors of 3 values, found 0");
        assertThatThrownBy(
                        () ->
                                writer.write(
                                        file,
                                        rows -> {
                                            rows.next(ONE);
                                            rows.next(ONE);
                                        }))
                .hasMessageContaining("found more of 3 values");
        assertThat(Files.exists(file)).isFalse();
    }
}
