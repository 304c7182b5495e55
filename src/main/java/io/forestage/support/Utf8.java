package io.forestage.support;

import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.CharsetDecoder;
import java.nio.charset.CoderResult;
import java.nio.charset.StandardCharsets;

/**
 * Decodes bytes that nobody has checked, such as Spark's strings: a cast of binary, or a file, may
 * have put anything there. Java's and Spark's own conversions replace bad bytes silently.
 */
public final class Utf8 {

    private Utf8() {}

    /**
     * Decodes a string.
     *
     * @param bytes UTF-8
     * @return the string
     * @throws IllegalArgumentException if it is not UTF-8; a surrogate's three bytes are not
     */
    public static String decode(byte[] bytes) {
        String text = new String(bytes, StandardCharsets.UTF_8);
        if (text.indexOf('\uFFFD') >= 0) {
            requireValid(bytes);
        }
        return text;
    }

    /** A character U+FFFD may be the text's own, or have replaced bad bytes. */
    private static void requireValid(byte[] bytes) {
        CharsetDecoder decoder = StandardCharsets.UTF_8.newDecoder();
        ByteBuffer in = ByteBuffer.wrap(bytes);
        try {
            CoderResult result = decoder.decode(in, CharBuffer.allocate(bytes.length), true);
            if (result.isError()) {
                result.throwException();
            }
        } catch (CharacterCodingException bad) {
            int at = in.position();
            throw new IllegalArgumentException(
                    "expected UTF-8, found byte 0x%02x at %d%s"
                            .formatted(
                                    bytes[at],
                                    at,
                                    isSurrogate(bytes, at) ? ", of a lone surrogate" : ""),
                    bad);
        }
    }

    private static boolean isSurrogate(byte[] bytes, int at) {
        return (bytes[at] & 0xFF) == 0xED
                && at + 1 < bytes.length
                && (bytes[at + 1] & 0xE0) == 0xA0;
    }
}
