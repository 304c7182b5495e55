package io.forestage.tokens.bpe;

import static org.assertj.core.api.Assertions.assertThat;

import io.forestage.tokens.files.Gpt2Vocabulary;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Random;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/** The ids of many short segments, one after the other, are those of the whole text. */
class SegmentCutterTest {

    private final CharacterClasses classes = CharacterClasses.read();

    @Test
    void segmentsTogetherAreTheText() {
        for (String text : texts(1)) {
            List<SegmentCutter.Segment> segments = cut(text, 3);
            assertThat(
                            segments.stream()
                                    .map(s -> text.substring(s.from(), s.to()))
                                    .collect(Collectors.joining()))
                    .isEqualTo(text);
            assertThat(segments).allMatch(segment -> segment.length() > 0);
        }
    }

    @Test
    void manyTextsAreReallyCut() {
        assertThat(cut("Hello world, it's 2026! ".repeat(10), 8)).hasSizeGreaterThan(20);
        assertThat(cut("漢字、かな。".repeat(10), 8)).hasSizeGreaterThan(4);
    }

    @Test
    void aPieceWithoutAnEndIsOneSegment() {
        assertThat(cut("a".repeat(1000), 8)).hasSize(1);
        assertThat(cut(" ".repeat(1000), 8)).hasSize(1);
    }

    @Test
    void theIdsOfShortSegmentsAreThoseOfTheText() throws IOException {
        ByteLevelModel model = Objects.requireNonNull(Gpt2Vocabulary.read().toJson().model());
        BpeEncoder whole = new BpeEncoder(model, Integer.MAX_VALUE);
        for (int length = 1; length < 8; length++) {
            BpeEncoder parts = new BpeEncoder(model, length);
            List<String> texts = texts(length);
            assertThat(parts.ids(texts, List.of()))
                    .as("segments of %d, seed %d", length, length)
                    .isDeepEqualTo(whole.ids(texts, List.of()));
        }
    }

    private List<SegmentCutter.Segment> cut(String text, int length) {
        List<SegmentCutter.Segment> segments = new ArrayList<>();
        new SegmentCutter(classes, length).cut(text, List.of(), segments);
        return segments;
    }

    private static List<String> texts(long seed) {
        String letters = "'''sreltvmdx19!?  \n\t\u00A0\u3000é½😀漢";
        Random random = new Random(seed);
        int[] points = letters.codePoints().toArray();
        List<String> texts = new ArrayList<>();
        for (int i = 0; i < 3000; i++) {
            StringBuilder text = new StringBuilder();
            for (int n = random.nextInt(60); n > 0; n--) {
                text.appendCodePoint(points[random.nextInt(points.length)]);
            }
            texts.add(text.toString());
        }
        return texts;
    }
}
