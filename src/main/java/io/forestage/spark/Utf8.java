package io.forestage.spark;

import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.CharsetDecoder;
import java.nio.charset.CoderResult;
import java.nio.charset.StandardCharsets;

/**
 * Decodes Spark's strings, which are bytes that nobody has checked: a cast of binary, or a file,
 * may have put anything there. Spark's own conversion would replace bad bytes silently.
 */
final class Utf8 {

    private Utf8() {}

    /**
     * Decodes a string.
     *
     * @throws IllegalArgumentException if it is not UTF-8; a surrogate's three bytes are not
     */
    static String decode(byte[] bytes) {
        String text = new String(bytes, StandardCharsets.UTF_8);
        if (text.indexOf('\uFFFD') >= 0) {
            requireValid(bytes);
        }
        return text;
    }

    /** Tells a character U+FFFD, which is valid, from what replaces bad bytes. */
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
