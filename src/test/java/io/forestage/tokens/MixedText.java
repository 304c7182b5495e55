package io.forestage.tokens;

import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;

/**
 * Texts that try a tokenizer: all scripts, prose, code, damaged bytes, runs of anything, every kind
 * of white space, the vocabulary's own tokens side by side. The same seed makes the same texts.
 */
final class MixedText {

    static final String SPACES =
            " \t\n\r\u000B\f\u001C\u001F\u0085\u00A0\u1680\u180E\u2000\u2003\u200A\u2028\u2029"
                    + "\u202F\u205F\u3000\u200B\u2060\uFEFF";

    private static final List<String> WORDS =
            List.of(
                    "the",
                    "of",
                    "and",
                    "to",
                    "in",
                    "is",
                    "that",
                    "it's",
                    "don't",
                    "we'll",
                    "I'd",
                    "THEY'RE",
                    "you've",
                    "I'm",
                    "rock'n'roll",
                    "O'Neill",
                    "naïve",
                    "tokenizer",
                    "international",
                    "Straße",
                    "x",
                    "GPT-2",
                    "e.g.",
                    "http://example.org/a?b=c",
                    "return",
                    "public static void",
                    "if (a[i] != 0x1F)",
                    "{",
                    "}",
                    "();",
                    "->",
                    "<|endoftext|>",
                    "<|endoftext",
                    "Ġhello",
                    "ĊĊ",
                    "''s",
                    "'re",
                    "' s",
                    "'S",
                    "'ſ",
                    "\"quoted\"",
                    "1,234.56",
                    "2024-02-29",
                    "٣٤",
                    "½",
                    "Ⅷ",
                    "---",
                    "====",
                    "...",
                    "日本語",
                    "Привет",
                    "नमस्ते",
                    "👩‍👩‍👧‍👦",
                    "e\u0301",
                    "\r\n",
                    "\n\n",
                    "\n    ",
                    "\t\t");

    private static final int[][] SCRIPTS =
            Arrays.stream(Character.UnicodeScript.values())
                    .map(MixedText::pointsOf)
                    .filter(points -> points.length > 0)
                    .toArray(int[][]::new);

    private final Random random;
    private final TextTokenizer vocabulary;
    private final StringBuilder text = new StringBuilder();

    MixedText(long seed, TextTokenizer vocabulary) {
        this.random = new Random(seed);
        this.vocabulary = vocabulary;
    }

    /** A text of about this many UTF-16 units at most, often far fewer. */
    String next(int longest) {
        text.setLength(0);
        int length = random.nextInt(1 + random.nextInt(1 + random.nextInt(longest)));
        while (text.length() < length) {
            append();
        }
        return text.toString();
    }

    private void append() {
        switch (random.nextInt(11)) {
            case 0 -> words(" ");
            case 1 -> words("");
            case 2 -> script();
            case 3 -> damaged(StandardCharsets.UTF_8);
            case 4 -> damaged(StandardCharsets.ISO_8859_1);
            case 5 -> spaces();
            case 6 -> run();
            case 7 -> tokens();
            case 8 -> alphabet("'sStrevlmd \n1!é ");
            case 9 -> alphabet("etaoinshrdlu");
            default -> anything();
        }
    }

    private void words(String between) {
        for (int i = random.nextInt(60); i >= 0; i--) {
            text.append(WORDS.get(random.nextInt(WORDS.size()))).append(between);
        }
    }

    private void script() {
        int[] points = SCRIPTS[random.nextInt(SCRIPTS.length)];
        for (int i = random.nextInt(80); i >= 0; i--) {
            text.appendCodePoint(
                    random.nextInt(7) == 0 ? ' ' : points[random.nextInt(points.length)]);
        }
    }

    private void damaged(Charset charset) {
        byte[] bytes = new byte[random.nextInt(120)];
        random.nextBytes(bytes);
        text.append(new String(bytes, charset));
    }

    private void spaces() {
        for (int i = random.nextInt(12); i >= 0; i--) {
            char space =
                    random.nextInt(3) == 0 ? ' ' : SPACES.charAt(random.nextInt(SPACES.length()));
            text.append(String.valueOf(space).repeat(1 + random.nextInt(5)));
        }
    }

    private void run() {
        int point = random.nextBoolean() ? 0x20 + random.nextInt(0x60) : point(0xFFFF);
        text.append(Character.toString(point).repeat(random.nextInt(300)));
    }

    private void tokens() {
        for (int i = random.nextInt(40); i >= 0; i--) {
            text.append(vocabulary.decode(random.nextInt(vocabulary.vocabularySize())));
        }
    }

    private void alphabet(String letters) {
        for (int i = random.nextInt(400); i >= 0; i--) {
            text.append(letters.charAt(random.nextInt(letters.length())));
        }
    }

    private void anything() {
        for (int i = random.nextInt(50); i >= 0; i--) {
            text.appendCodePoint(point(random.nextBoolean() ? 0x10FFFF : 0x33FFF));
        }
    }

    private int point(int max) {
        int point = random.nextInt(max + 1);
        return Character.getType(point) == Character.SURROGATE ? '?' : point;
    }

    private static int[] pointsOf(Character.UnicodeScript script) {
        return IntStream.range(0x20, 0x32000)
                .filter(c -> Character.getType(c) != Character.SURROGATE)
                .filter(c -> Character.UnicodeScript.of(c) == script)
                .limit(3000)
                .toArray();
    }
}
