package io.forestage.tokens;

import static org.assertj.core.api.Assertions.assertThat;

import io.forestage.tokens.files.Gpt2Vocabulary;
import io.forestage.tokens.files.TokenizerJson;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Laws over random strings of all of Unicode; a failure names the seed. */
class TextTokenizerPropertyTest {

    private static final int TEXTS = 300;

    private static final String SPACES =
            " \t\n\r\u000B\f\u0085\u00A0\u1680\u2003\u2028\u2029\u202F\u205F\u3000\u200B\uFEFF";

    private static TextTokenizer tokenizer;

    @BeforeAll
    static void open() throws IOException {
        tokenizer = TextTokenizer.gpt2();
    }

    @AfterAll
    static void close() {
        tokenizer.close();
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 20261121})
    void decodingUndoesEncoding(long seed) {
        for (String text : texts(seed)) {
            assertThat(tokenizer.decode(tokenizer.encode(text).ids()))
                    .as("seed %d", seed)
                    .isEqualTo(text);
        }
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 20261121})
    void aTextsIdsDoNotDependOnItsCompany(long seed) {
        List<String> texts = texts(seed);
        for (SpecialTokens specialTokens : SpecialTokens.values()) {
            List<TokenSequence> all = tokenizer.encodeAll(texts, specialTokens);
            for (int i = 0; i < texts.size(); i++) {
                assertThat(all.get(i).ids())
                        .as("seed %d, text %d", seed, i)
                        .isEqualTo(tokenizer.encode(texts.get(i), specialTokens).ids());
            }
        }
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 20261121})
    void placesAreOrderedAndCoverTheText(long seed) {
        for (String text : texts(seed)) {
            TokenSequence tokens = tokenizer.encode(text);
            int start = 0;
            int end = 0;
            for (int i = 0; i < tokens.size(); i++) {
                assertThat(tokens.start(i)).as("seed %d", seed).isBetween(start, end);
                assertThat(tokens.end(i))
                        .as("seed %d", seed)
                        .isGreaterThanOrEqualTo(end)
                        .isGreaterThan(tokens.start(i));
                start = tokens.start(i);
                end = tokens.end(i);
            }
            assertThat(end).as("seed %d", seed).isEqualTo(text.length());
        }
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3})
    void placesAreTheNativeTokenizersOwn(long seed) throws IOException {
        TokenizerJson json = Gpt2Vocabulary.read().toJson();
        try (NativeTokenizer other = NativeTokenizer.open(json, SpecialTokens.AS_TEXT)) {
            for (String text : texts(seed)) {
                TokenSequence found = tokenizer.encode(text);
                TokenSequence given =
                        new NativeEncoder.SpanOffsets(text).find(other.encoding(text), true);
                assertThat(given.ids()).as("seed %d", seed).isEqualTo(found.ids());
                assertThat(given.tokens()).as("seed %d", seed).isEqualTo(found.tokens());
                for (int i = 0; i < found.size(); i++) {
                    assertThat(new int[] {given.start(i), given.end(i)})
                            .as("seed %d, token %d of %s", seed, i, text)
                            .containsExactly(found.start(i), found.end(i));
                }
            }
        }
    }

    private static List<String> texts(long seed) {
        Random random = new Random(seed);
        List<String> texts = new ArrayList<>();
        for (int i = 0; i < TEXTS; i++) {
            StringBuilder text = new StringBuilder();
            int pieces = random.nextInt(30);
            for (int p = 0; p < pieces; p++) {
                append(text, random);
            }
            texts.add(text.toString());
        }
        return texts;
    }

    private static void append(StringBuilder text, Random random) {
        switch (random.nextInt(8)) {
            case 0 -> text.appendCodePoint(anyCodePoint(random, 0x10FFFF));
            case 1 -> text.appendCodePoint(anyCodePoint(random, 0xFFFF));
            case 2 -> text.appendCodePoint(random.nextInt(0x300));
            case 3 -> text.appendCodePoint(0x1F300 + random.nextInt(0x400));
            case 4 -> {
                char space = SPACES.charAt(random.nextInt(SPACES.length()));
                text.append(String.valueOf(space).repeat(1 + random.nextInt(4)));
            }
            case 5 -> text.append(random.nextInt(5000));
            case 6 -> text.append(random.nextBoolean() ? "'s" : "<|endoftext|>");
            default -> {
                int base = anyCodePoint(random, 0x2FFFF) & ~0x1F;
                for (int i = 0; i < 5; i++) {
                    int c = base + random.nextInt(0x20);
                    text.appendCodePoint(c >= 0xD800 && c <= 0xDFFF ? '?' : c);
                }
            }
        }
    }

    private static int anyCodePoint(Random random, int max) {
        int c;
        do {
            c = random.nextInt(max + 1);
        } while (c >= 0xD800 && c <= 0xDFFF);
        return c;
    }
}
