package io.forestage.tokens.bpe;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * Which code points are letters ({@code \p{L}}), numbers ({@code \p{N}}) and white space ({@code
 * \s}) for Hugging Face's library. Java's own classes are those of the Unicode version that each
 * JDK has, and so would be the ids: JDK 17 lacks ten thousand of these letters. A test asks the
 * library about every code point.
 */
final class CharacterClasses {

    static final byte OTHER = 0;
    static final byte LETTER = 1;
    static final byte NUMBER = 2;
    static final byte SPACE = 3;

    private static final String RESOURCE = "character-classes.txt";
    private static final String SYMBOLS = "-LNS";

    /** The class of each code point; those after the last range are in none. */
    private final byte[] classes;

    private CharacterClasses(byte[] classes) {
        this.classes = classes;
    }

    /** Reads the ranges: a line each, first and last code point in hexadecimal and the class. */
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
                        RESOURCE + " is missing beside io.forestage.tokens; build the jar again");
            }
            return new String(in.readAllBytes(), StandardCharsets.ISO_8859_1);
        } catch (IOException e) {
            throw new IllegalStateException(RESOURCE + " cannot be read: " + e.getMessage(), e);
        }
    }
}
