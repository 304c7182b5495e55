package io.forestage.training.text;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.StringReader;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class ParagraphReaderTest {

    @Test
    void paragraphsLieBetweenBlankLines() throws IOException {
        assertThat(read("\n\none\n two\n \t\r\nthree\r\nfour\n\n\nfive"))
                .containsExactly("one\n two", "three\r\nfour", "five");
    }

    @Test
    void aTextOfWhiteSpaceHasNoParagraphs() throws IOException {
        assertThat(read("")).isEmpty();
        assertThat(read(" \n\n\t")).isEmpty();
        assertThat(read(" ".repeat(3 * ParagraphReader.MAX_LENGTH))).containsOnly("");
    }

    @Test
    void aLongParagraphIsCutAtTheEndOfALineElseOfAWord() throws IOException {
        String line = "some words\n";
        List<String> lines = read(line.repeat(ParagraphReader.MAX_LENGTH / 5));
        assertThat(lines).hasSizeGreaterThan(1).allMatch(piece -> piece.endsWith("some words"));
        List<String> words = read("word ".repeat(ParagraphReader.MAX_LENGTH));
        assertThat(words).hasSizeGreaterThan(1).allMatch(piece -> piece.endsWith("word"));
        assertThat(String.join("", words)).hasSize(5 * ParagraphReader.MAX_LENGTH - 1);
    }

    @Test
    void noCharacterIsCutInHalf() throws IOException {
        String text = "a" + "\uD83D\uDE00".repeat(ParagraphReader.MAX_LENGTH);
        List<String> pieces = read(text);

        assertThat(String.join("", pieces)).isEqualTo(text);
        assertThat(pieces)
                .hasSizeGreaterThan(1)
                .noneMatch(piece -> Character.isHighSurrogate(piece.charAt(piece.length() - 1)));
    }

    private static List<String> read(String text) throws IOException {
        ParagraphReader reader = new ParagraphReader(new StringReader(text));
        List<String> paragraphs = new ArrayList<>();
        for (String next = reader.next(); next != null; next = reader.next()) {
            paragraphs.add(next);
        }
        return paragraphs;
    }
}
