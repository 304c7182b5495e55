package io.forestage.tokens;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Java's ids against those of Hugging Face's library. {@code scripts/compare-tokenizers} runs this
 * over a hundred megabytes and every code point; otherwise it is a short run of the same.
 */
public class HuggingFaceParityTest {

    private static final double MEGABYTES =
            Double.parseDouble(System.getProperty("forestage.parity.megabytes", "3"));
    private static final long SEED = Long.getLong("forestage.parity.seed", 20261121);
    private static final boolean SHORT = MEGABYTES < 100;

    /** The native library takes seconds for a megabyte that is one piece. */
    private static final int RUN = SHORT ? 1 << 16 : 1 << 20;

    private final Path folder;

    HuggingFaceParityTest(@TempDir Path folder) {
        this.folder = folder;
    }

    @Test
    void mixedTextsHaveTheSameIds() throws IOException {
        try (BothWays both = BothWays.gpt2()) {
            MixedText texts = new MixedText(SEED, both.ours());
            long bytes = 0;
            for (int round = 0; bytes < MEGABYTES * 1e6; round++) {
                List<String> batch = new ArrayList<>();
                for (int size = 0; size < 1 << 19; size += batch.get(batch.size() - 1).length()) {
                    batch.add(texts.next(1 << 18));
                }
                SpecialTokens meaning =
                        round % 2 == 0 ? SpecialTokens.AS_TEXT : SpecialTokens.RECOGNIZED;
                String origin = "seed %d, round %d".formatted(SEED, round);
                both.check(batch, meaning, origin);
                bytes += batch.stream().mapToLong(HuggingFaceParityTest::utf8Length).sum();
            }
            System.getLogger("parity").log(System.Logger.Level.INFO, bytes + " bytes compared");
        }
    }

    @Test
    void everyCodePointIsCutAsTheLibraryCutsIt() throws IOException {
        try (BothWays both = BothWays.open(folder, ByteVocabulary.pairs().json())) {
            for (int from = 0; from <= Character.MAX_CODE_POINT; from += 1 << 12) {
                // Planes without a character in them yet: a few of each thousand are enough here.
                int step = SHORT && from >= 0x34000 && from >> 16 != 0xE ? 251 : 1;
                StringBuilder text = new StringBuilder();
                for (int c = from; c < from + (1 << 12); c += step) {
                    if (Character.getType(c) != Character.SURROGATE) {
                        String point = Character.toString(c);
                        text.append(String.join(point, "a", "1", "!", "\t", "\n"));
                    }
                }
                both.check(
                        List.of(text.toString()),
                        SpecialTokens.AS_TEXT,
                        "from U+%04X".formatted(from));
            }
        }
    }

    @Test
    void everyNeighbourhoodIsCutAsTheLibraryCutsIt() throws IOException {
        String letters = "'strevlmdS a1!\n\t\u00A0\u3000é²–";
        try (BothWays both = BothWays.open(folder, ByteVocabulary.pairs().json())) {
            for (long seed = SEED; seed < SEED + (SHORT ? 1 : 50); seed++) {
                Random random = new Random(seed);
                List<String> texts =
                        IntStream.range(0, 20_000)
                                .mapToObj(i -> text(random, letters, 1 + random.nextInt(10)))
                                .toList();
                both.check(texts, SpecialTokens.AS_TEXT, "seed " + seed);
            }
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"ab", "abc", "abcdefgh "})
    void mergesInAnyOrderGiveTheSameIds(String letters) throws IOException {
        for (long seed = SEED; seed < SEED + (SHORT ? 5 : 100); seed++) {
            String json = ByteVocabulary.random(seed, letters, 60).json();
            try (BothWays both = BothWays.open(folder, json)) {
                Random random = new Random(seed);
                List<String> texts =
                        IntStream.range(0, 400)
                                .mapToObj(i -> text(random, letters, random.nextInt(i + 1)))
                                .toList();
                both.check(texts, SpecialTokens.AS_TEXT, "seed " + seed);
            }
        }
    }

    @Test
    void aVocabularyWithoutMergesGivesTheSameIds() throws IOException {
        try (BothWays both = BothWays.open(folder, new ByteVocabulary().json())) {
            both.check(List.of("", "a", "it's é 漢\n" + "x".repeat(300)), SpecialTokens.AS_TEXT, "");
        }
    }

    @Test
    void aMergeThatIsThereTwiceGivesTheSameIds() throws IOException {
        ByteVocabulary vocabulary =
                new ByteVocabulary().merge("a", "b").merge("b", "c").merge("a", "b");
        try (BothWays both = BothWays.open(folder, vocabulary.json())) {
            both.check(List.of("abc", "abcabc".repeat(50)), SpecialTokens.AS_TEXT, "");
        }
    }

    @Test
    void addedTokensAreFoundAsTheLibraryFindsThem() throws IOException {
        for (long seed = SEED; seed < SEED + (SHORT ? 20 : 500); seed++) {
            Random random = new Random(seed);
            ByteVocabulary vocabulary = ByteVocabulary.random(seed, "ab ", 10);
            random.ints(0, 1 << 20)
                    .mapToObj(i -> text(random, "<ab>", 2 + i % 4))
                    .filter(s -> s.contains("<"))
                    .distinct()
                    .limit(1 + random.nextInt(12))
                    .forEach(s -> vocabulary.add(s, random.nextBoolean(), random.nextBoolean()));
            try (BothWays both = BothWays.open(folder, vocabulary.json())) {
                List<String> texts =
                        IntStream.range(0, 200)
                                .mapToObj(i -> text(random, "<<ab> ", random.nextInt(i + 1)))
                                .toList();
                for (SpecialTokens meaning : SpecialTokens.values()) {
                    both.check(texts, meaning, "seed " + seed);
                }
            }
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"a", " ", "\n", " \n", "'", "'s", "漢", "=", "\u3000", "😀", "xy1", "\t!"})
    void aLongRunOfTheSameHasTheSameIds(String repeated) throws IOException {
        String text = repeated.repeat(RUN / repeated.length());
        try (BothWays both = BothWays.gpt2()) {
            both.check(List.of(text, "a" + text, text + "b"), SpecialTokens.AS_TEXT, repeated);
        }
    }

    @Test
    void aLongTextWithoutASpaceHasTheSameIds() throws IOException {
        Random random = new Random(SEED);
        try (BothWays both = BothWays.gpt2()) {
            for (String letters :
                    List.of("etaoinshrdlu", "abcdefghijklmnopqrstuvwxyz", "今天气很好漢字")) {
                String text = text(random, letters, RUN);
                assertThat(text).doesNotContain(" ");
                both.check(List.of(text), SpecialTokens.AS_TEXT, letters);
            }
        }
    }

    @Test
    void millionsOfSpacesHaveTheSameIds() throws IOException {
        try (BothWays both = BothWays.gpt2()) {
            String text = " ".repeat(SHORT ? 200_000 : 20_000_000);
            both.check(List.of(text), SpecialTokens.AS_TEXT, "spaces");
            both.check(List.of(text + "a"), SpecialTokens.AS_TEXT, "spaces and a letter");
        }
    }

    private static String text(Random random, String letters, int length) {
        StringBuilder text = new StringBuilder();
        for (int i = 0; i < length; i++) {
            text.append(letters.charAt(random.nextInt(letters.length())));
        }
        return text.toString();
    }

    private static long utf8Length(String text) {
        return text.getBytes(StandardCharsets.UTF_8).length;
    }
}
