package io.forestage.tokens;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * The 256 characters in which GPT-2's vocabulary spells bytes (Radford et al. 2019, section 2.2):
 * printable Latin-1 characters stand for themselves, and the other 68 bytes, in order, for U+0100
 * and the characters after it. So the space is {@code Ġ} (U+0120), and no spelling holds white
 * space.
 */
final class ByteLevelAlphabet {

    private static final int FIRST_MOVED = 0x100;

    private final char[] charOfByte = new char[256];
    private final short[] byteOfChar = new short[FIRST_MOVED + 68];

    ByteLevelAlphabet() {
        Arrays.fill(byteOfChar, (short) -1);
        char moved = FIRST_MOVED;
        for (int b = 0; b < 256; b++) {
            char c = standsForItself(b) ? (char) b : moved++;
            charOfByte[b] = c;
            byteOfChar[c] = (short) b;
        }
    }

    private static boolean standsForItself(int b) {
        return (b >= '!' && b <= '~') || (b >= 0xA1 && b <= 0xAC) || b >= 0xAE;
    }

    /** The character for a byte from 0 to 255. */
    char charOf(int b) {
        return charOfByte[b];
    }

    /** The byte from 0 to 255 that a character spells, or −1 if it spells none. */
    int byteOf(char c) {
        return c < byteOfChar.length ? byteOfChar[c] : -1;
    }

    /** The spelling of some bytes. */
    String spell(byte[] bytes, int from, int to) {
        char[] chars = new char[to - from];
        for (int i = from; i < to; i++) {
            chars[i - from] = charOfByte[bytes[i] & 0xFF];
        }
        return new String(chars);
    }

    /** The bytes that a token spells, or null if it is not spelled in this alphabet. */
    byte @Nullable [] bytesOf(String token) {
        byte[] bytes = new byte[token.length()];
        for (int i = 0; i < bytes.length; i++) {
            int b = byteOf(token.charAt(i));
            if (b < 0) {
                return null;
            }
            bytes[i] = (byte) b;
        }
        return bytes;
    }
}
