package io.forestage.training.text;

import static org.assertj.core.api.Assertions.assertThat;

import io.forestage.tokens.TextTokenizer;
import java.io.IOException;
import java.io.StringReader;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

/** The pieces of a text have the tokens of the whole. */
class WholeTextReaderTest {

    private static final String TEXT =
            "It's 1984,///  isn't it?\r/\tYes…   no\u00a0 naïve / x  //y 😀 z\u3000 don't 12 34"
                    .replace('/', '\n');

    @Test
    void piecesHaveTheTokensOfTheWhole() throws IOException {
        try (TextTokenizer tokenizer = TextTokenizer.gpt2()) {
            List<String> pieces = pieces(TEXT, 1);
            assertThat(pieces).hasSizeGreaterThan(8);
            assertThat(String.join("", pieces)).isEqualTo(TEXT);
            long[] joined =
                    pieces.stream()
                            .flatMapToLong(piece -> Arrays.stream(tokenizer.encode(piece).ids()))
                            .toArray();
            assertThat(joined).isEqualTo(tokenizer.encode(TEXT).ids());
        }
    }

    @Test
    void aTextWithoutATokenEndIsCutBetweenCharacters() throws IOException {
        String text = "-" + "😀".repeat(600_000);

        List<String> pieces = pieces(text, 10);

        assertThat(pieces).hasSize(2);
        assertThat(String.join("", pieces)).isEqualTo(text);
        assertThat(LongStream.of(pieces.get(0).codePoints().asLongStream().toArray()))
                .allMatch(point -> point == '-' || point > 0xffff);
    }

    @Test
    void theLineIsCounted() throws IOException {
        WholeTextReader reader = new WholeTextReader(new StringReader("a\nb\nc"), 100);
        assertThat(reader.line()).isEqualTo(1);
        assertThat(reader.next()).isEqualTo("a\nb\nc");
        assertThat(reader.line()).isEqualTo(3);
        assertThat(reader.next()).isNull();
    }

    private static List<String> pieces(String text, int minLength) throws IOException {
        WholeTextReader reader = new WholeTextReader(new StringReader(text), minLength);
        List<String> pieces = new ArrayList<>();
        for (String next = reader.next(); next != null; next = reader.next()) {
            pieces.add(next);
        }
        return pieces;
    }
}
