package io.forestage.tokens.bpe;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * The classes of code points in Hugging Face's library: letters ({@code \p{L}}), numbers ({@code
 * \p{N}}) and white space ({@code \s}). Java's own classes depend on the Unicode version of the
 * JDK, so ids would depend on it too: JDK 17 lacks ten thousand of these letters. A test compares
 * every code point with the library.
 */
final class CharacterClasses {

    static final byte OTHER = 0;
    static final byte LETTER = 1;
    static final byte NUMBER = 2;
    static final byte SPACE = 3;

    private static final String RESOURCE = "character-classes.txt";
    private static final String SYMBOLS = "-LNS";

    /** The class of each code point up to the last range; later ones are {@link #OTHER}. */
    private final byte[] classes;

    private CharacterClasses(byte[] classes) {
        this.classes = classes;
    }

    /**
     * Reads the ranges: each line has the first and last code point in hexadecimal, and the class.
     */
    static CharacterClasses read() {
        byte[] classes = new byte[1 << 18];
        int size = 0;
        String lines = text();
        int start = 0;
        while (start < lines.length()) {
            int middle = lines.indexOf(' ', start);
            int symbol = lines.indexOf(' ', middle + 1) + 1;
            int first = Integer.parseInt(lines, start, middle, 16);
            int last = Integer.parseInt(lines, middle + 1, symbol - 1, 16);
            size = last + 1;
            Arrays.fill(classes, first, size, (byte) SYMBOLS.indexOf(lines.charAt(symbol)));
            start = symbol + 2;
        }
        return new CharacterClasses(Arrays.copyOf(classes, size));
    }

    byte of(int codePoint) {
        return codePoint < classes.length ? classes[codePoint] : OTHER;
    }

    /** Returns the class of the character that starts at a byte of well-formed UTF-8. */
    byte at(byte[] utf8, int at) {
        int lead = utf8[at];
        return of(
                switch (width(lead)) {
                    case 1 -> lead;
                    case 2 -> (lead & 0x1F) << 6 | rest(utf8, at + 1);
                    case 3 -> (lead & 0xF) << 12 | rest(utf8, at + 1) << 6 | rest(utf8, at + 2);
                    default ->
                            (lead & 7) << 18
                                    | rest(utf8, at + 1) << 12
                                    | rest(utf8, at + 2) << 6
                                    | rest(utf8, at + 3);
                });
    }

    /** Returns the end of the run of characters of one class that a byte belongs to. */
    int runEnd(byte[] utf8, int from, byte kind) {
        int at = from;
        while (at < utf8.length) {
            int lead = utf8[at];
            // Most text is ASCII, where a character is its byte.
            byte found = lead >= 0 ? of(lead) : at(utf8, at);
            if (found != kind) {
                return at;
            }
            at += lead >= 0 ? 1 : width(lead);
        }
        return at;
    }

    /** Returns the number of bytes of the character that starts with this one. */
    private static int width(int lead) {
        if (lead >= 0) {
            return 1;
        }
        return lead < (byte) 0xE0 ? 2 : lead < (byte) 0xF0 ? 3 : 4;
    }

    private static int rest(byte[] utf8, int at) {
        return utf8[at] & 0x3F;
    }

    private static String text() {
        try (InputStream in = CharacterClasses.class.getResourceAsStream(RESOURCE)) {
            if (in == null) {
                throw new IllegalStateException(
                        "%s: not found in package io.forestage.tokens.bpe; build the jar again"
                                .formatted(RESOURCE));
            }
            return new String(in.readAllBytes(), StandardCharsets.ISO_8859_1);
        } catch (IOException e) {
            throw new IllegalStateException(
                    "%s: cannot be read: %s".formatted(RESOURCE, e.getMessage()), e);
        }
    }
}
