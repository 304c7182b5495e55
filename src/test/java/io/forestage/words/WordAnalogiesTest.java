package io.forestage.words;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.forestage.words.WordAnalogies.Section;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** A table whose first two values say the country, the third that it is one, the fourth a city. */
class WordAnalogiesTest {

    private static final String TABLE =
            """
            Greece 1 0 1 0
            Athens 1 0 0 1
            Iraq 0 1 1 0
            Baghdad 0 1 0 1
            iraq 0 1 1 0
            far -1 -1 -1 -1
            """;

    private static final String QUESTIONS =
            """
            : capitals
            Athens Greece Baghdad Iraq
            Greece Athens Iraq Baghdad
            Athens Greece Baghdad far
            Athens Greece Oslo Norway

            : case of letters
            athens GREECE baghdad iraq
            """;

    @TempDir Path temporary;

    @Test
    void eachSectionIsCounted() throws IOException {
        WordAnalogies found = evaluate(TABLE, QUESTIONS, false, 100);

        assertThat(found.sections())
                .containsExactly(
                        new Section("capitals", 4, 3, 2), new Section("case of letters", 1, 0, 0));
        assertThat(found.total()).isEqualTo(new Section("total", 5, 3, 2));
        assertThat(found.total().accuracy()).isEqualTo(2 / 3.0);
        assertThat(found.sections().get(1).accuracy()).isNaN();
    }

    /** "Iraq" and "iraq" are one word, whose row is the first. */
    @Test
    void caseCanBeIgnored() throws IOException {
        WordAnalogies found = evaluate(TABLE, QUESTIONS, true, 100);

        assertThat(found.total()).isEqualTo(new Section("total", 5, 4, 3));
    }

    /** Iraq and iraq are equally near; Iraq is the first. */
    @Test
    void ofEquallyNearWordsTheFirstIsTheAnswer() throws IOException {
        String questions = "Athens Greece Baghdad iraq\nAthens Greece Baghdad Iraq\n";

        assertThat(evaluate(TABLE, questions, false, 100).sections())
                .containsExactly(new Section("", 2, 2, 1));
    }

    /** Without leaving them out, the nearest to Greece − Athens + Greece would be Greece. */
    @Test
    void theThreeGivenWordsAreNoAnswers() throws IOException {
        assertThat(evaluate(TABLE, "Athens Greece Greece Greece\n", false, 100).total())
                .isEqualTo(new Section("total", 1, 1, 0));
    }

    @Test
    void wordsBeyondTheFirstAreNeitherAskedNorAnswers() throws IOException {
        assertThat(evaluate(TABLE, QUESTIONS, false, 3).total().asked()).isZero();
        assertThat(evaluate(TABLE, QUESTIONS, false, 4).total())
                .isEqualTo(new Section("total", 5, 2, 2));
    }

    @ParameterizedTest
    @CsvSource({"a b c, 3 words", "a b c d e, 5 words", ":, no name"})
    void anInvalidLineIsRefused(String line, String found) throws IOException {
        assertThatThrownBy(() -> evaluate(TABLE, ": x\n" + line + "\n", false, 9))
                .isInstanceOf(IOException.class)
                .hasMessageContaining(
                        "questions.txt: line 2: expected four words, or : and a section's name, found %s; fix"
                                .formatted(found));
    }

    @Test
    void aFileWithoutLineBreaksIsRefused() {
        assertThatThrownBy(() -> evaluate(TABLE, "x".repeat(20_000), false, 9))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("line 1: ")
                .hasMessageContaining("found a line of over 10,000 characters");
    }

    private WordAnalogies evaluate(String table, String questions, boolean ignoreCase, int first)
            throws IOException {
        Path words = Files.writeString(temporary.resolve("words.txt"), table);
        Path file = Files.writeString(temporary.resolve("questions.txt"), questions);
        try (WordVectors vectors = WordVectors.open(words)) {
            return WordAnalogies.evaluate(vectors, file, ignoreCase, first);
        }
    }
}
