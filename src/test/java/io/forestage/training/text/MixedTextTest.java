package io.forestage.training.text;

import static org.assertj.core.api.Assertions.assertThat;

import io.forestage.tokens.TextTokenizer;
import io.forestage.training.session.KeyedRandom;
import java.io.IOException;
import java.io.StringReader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The paragraphs of all files are mixed: each is kept whole, and the seed alone says where. */
class MixedTextTest {

    private static final String WHOLE =
            "/  first  //second, of/two lines///\u00a0third\r/\r/fourth /\t/fifth\u2026 //six\u3000//7"
                    .replace('/', '\n');

    @TempDir Path temporary;

    @Test
    void wholeParagraphsHaveTheTokensOfTheText() throws IOException {
        List<String> pieces = pieces(WHOLE);

        assertThat(pieces)
                .containsExactly(
                        "\n  first",
                        "  \n\nsecond, of\ntwo lines",
                        "\n\n\n\u00a0third",
                        "\r\n\r\nfourth",
                        " \n\t\nfifth\u2026 \n\nsix\u3000\n\n7");
        try (TextTokenizer tokenizer = TextTokenizer.gpt2()) {
            long[] joined =
                    pieces.stream()
                            .flatMapToLong(piece -> Arrays.stream(tokenizer.encode(piece).ids()))
                            .toArray();
            assertThat(joined).isEqualTo(tokenizer.encode(WHOLE).ids());
        }
    }

    @Test
    void aLongParagraphIsCutBeforeWhiteSpaceOrBetweenCharacters() throws IOException {
        String words = "word ".repeat(40_000).strip();
        assertThat(pieces(words)).hasSize(4).allMatch(piece -> piece.length() <= 1 << 17);
        assertThat(String.join("", pieces(words))).isEqualTo(words);

        String text = "-" + "\ud83d\ude00".repeat(600_000);
        assertThat(pieces(text)).hasSize(2);
        assertThat(pieces(text).get(1)).startsWith("\ud83d\ude00");
        assertThat(String.join("", pieces(text))).isEqualTo(text);
    }

    @Test
    void theParagraphsOfAllFilesAreMixed() throws IOException {
        TrainingText text = read(TextCut.PARAGRAPHS, "a", "b");
        TrainingText mixed = text.mixed(new KeyedRandom(1, 6)::shuffle);

        List<List<Integer>> paragraphs = paragraphs(text);
        assertThat(paragraphs).hasSize(80);
        assertThat(paragraphs(mixed))
                .hasSize(80)
                .containsExactlyInAnyOrderElementsOf(paragraphs)
                .isNotEqualTo(paragraphs);
        List<Integer> order = paragraphs(mixed).stream().map(paragraphs::indexOf).toList();
        assertThat(order.subList(0, 20)).anyMatch(i -> i < 40).anyMatch(i -> i >= 40);
        // The order is part of what makes a training's bits: it must not change.
        assertThat(order.subList(0, 8)).containsExactly(33, 8, 63, 29, 47, 59, 13, 31);
    }

    @Test
    void theSeedAloneGivesTheOrder() throws IOException {
        TrainingText text = read(TextCut.PARAGRAPHS, "a", "b");
        int[] one = text.mixed(new KeyedRandom(1, 6)::shuffle).ids();
        assertThat(read(TextCut.PARAGRAPHS, "a", "b").mixed(new KeyedRandom(1, 6)::shuffle).ids())
                .isEqualTo(one);
        assertThat(text.mixed(new KeyedRandom(2, 6)::shuffle).ids()).isNotEqualTo(one);
    }

    @Test
    void rareTokensLeaveTheParagraphsTheyWereIn() throws IOException {
        TrainingText text = read(TextCut.PARAGRAPHS, "a", "b");
        int[] first = text.withoutRare(3).mixed(new KeyedRandom(1, 6)::shuffle).ids();
        int[] last = text.mixed(new KeyedRandom(1, 6)::shuffle).withoutRare(3).ids();
        assertThat(first).isEqualTo(last).hasSizeLessThan(text.ids().length);
    }

    @Test
    void aFilesFirstParagraphFollowsItsBreak() throws IOException {
        TrainingText text = read(TextCut.WHOLE_PARAGRAPHS, "a", "b");
        List<Integer> ids = list(text.ids());
        int second = ids.lastIndexOf(TrainingText.BREAK);
        List<Integer> afterSecond = ids.subList(second, second + 3);
        assertThat(ids.indexOf(TrainingText.BREAK)).isZero();
        assertThat(second).isPositive();

        List<Integer> mixed = list(text.mixed(new KeyedRandom(1, 6)::shuffle).ids());

        assertThat(mixed).hasSameSizeAs(ids).isNotEqualTo(ids);
        assertThat(mixed).containsSequence(afterSecond);
        assertThat(mixed.stream().sorted().toList()).isEqualTo(ids.stream().sorted().toList());
    }

    private TrainingText read(TextCut cut, String... names) throws IOException {
        List<Path> files = new ArrayList<>();
        for (String name : names) {
            Path file = temporary.resolve(name + ".txt");
            StringBuilder text = new StringBuilder();
            for (int i = 0; i < 40; i++) {
                text.append(name).append(" paragraph number ").append(i).append(".\n\n");
            }
            Files.writeString(file, text);
            files.add(file);
        }
        try (TextTokenizer tokenizer = TextTokenizer.gpt2()) {
            return new TextReader(tokenizer, cut).read(files);
        }
    }

    private static List<List<Integer>> paragraphs(TrainingText text) {
        List<List<Integer>> all = new ArrayList<>();
        List<Integer> paragraph = new ArrayList<>();
        for (int id : text.ids()) {
            if (id == TrainingText.BREAK) {
                all.add(paragraph);
                paragraph = new ArrayList<>();
            } else {
                paragraph.add(id);
            }
        }
        return all;
    }

    private static List<Integer> list(int[] ids) {
        return IntStream.of(ids).boxed().toList();
    }

    private static List<String> pieces(String text) throws IOException {
        WholeParagraphReader reader = new WholeParagraphReader(new StringReader(text));
        List<String> pieces = new ArrayList<>();
        for (String next = reader.next(); next != null; next = reader.next()) {
            pieces.add(next);
        }
        return pieces;
    }
}
