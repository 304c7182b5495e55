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
