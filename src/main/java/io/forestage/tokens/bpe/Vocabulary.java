package io.forestage.tokens.bpe;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.BitSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import org.jspecify.annotations.Nullable;

/** Maps ids to tokens, tokens to ids, and ids to the bytes that they stand for. */
public final class Vocabulary {

    static final int NONE = -1;

    private final ByteLevelAlphabet alphabet = new ByteLevelAlphabet();
    private final @Nullable String[] tokens;
    private final BitSet literal;

    /** Built at the first search by token; encoding and decoding do not need it. */
    private volatile @Nullable Map<String, Integer> idOfToken;

    /**
     * Makes a vocabulary, which keeps the given array.
     *
     * @param tokens the token of each id, or null where an id has none; the last one is not null
     * @param added tokens that stand for their text and not for the bytes that they spell
     */
    public Vocabulary(@Nullable String[] tokens, List<AddedToken> added) {
        this.tokens = tokens;
        this.literal = new BitSet(tokens.length);
        added.forEach(token -> literal.set(token.id()));
    }

    /** Returns the highest id + 1. */
    public int size() {
        return tokens.length;
    }

    /** Returns the token of an id, or null if there is none. */
    public @Nullable String token(long id) {
        return id < 0 || id >= tokens.length ? null : tokens[(int) id];
    }

    /** Returns the id of a token. */
    public OptionalInt id(String token) {
        Map<String, Integer> map = idOfToken;
        if (map == null) {
            map = byToken();
            idOfToken = map;
        }
        Integer id = map.get(token);
        return id == null ? OptionalInt.empty() : OptionalInt.of(id);
    }

    /** Returns the bytes that a token stands for. */
    public byte[] bytes(int id) {
        String token = tokens[id];
        if (token == null) {
            throw new IllegalArgumentException(
                    "id %d: expected an id with a token, found one without".formatted(id));
        }
        byte[] spelled = literal.get(id) ? null : alphabet.bytesOf(token);
        return spelled == null ? token.getBytes(StandardCharsets.UTF_8) : spelled;
    }

    /** Returns whether each of the 256 bytes has a token, so that every text can be encoded. */
    public boolean hasEveryByte() {
        return Arrays.stream(idOfByte()).noneMatch(id -> id == NONE);
    }

    /** Returns the id of each of the 256 bytes, or {@link #NONE}. */
    int[] idOfByte() {
        int[] ids = new int[256];
        Arrays.fill(ids, NONE);
        for (int id = 0; id < tokens.length; id++) {
            String token = tokens[id];
            if (token != null && token.length() == 1) {
                int b = alphabet.byteOf(token.charAt(0));
                if (b >= 0) {
                    ids[b] = id;
                }
            }
        }
        return ids;
    }

    private Map<String, Integer> byToken() {
        Map<String, Integer> map = new HashMap<>(tokens.length * 2);
        for (int id = 0; id < tokens.length; id++) {
            String token = tokens[id];
            if (token != null) {
                map.put(token, id);
            }
        }
        return map;
    }

    /**
     * The 256 characters with which GPT-2's vocabulary spells bytes (Radford et al. 2019, section
     * 2.2). A byte that is a printable Latin-1 character is spelled as that character; the other 68
     * bytes, in order, as U+0100 and the characters after it. So the space is {@code Ġ} (U+0120),
     * and no spelling has white space.
     */
    public static final class ByteLevelAlphabet {

        private static final int FIRST_MOVED = 0x100;

        private final char[] charOfByte = new char[256];
        private final short[] byteOfChar = new short[FIRST_MOVED + 68];

        /** Builds the alphabet. */
        public ByteLevelAlphabet() {
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

        /** Returns the character of a byte from 0 to 255. */
        public char charOf(int b) {
            return charOfByte[b];
        }

        /** Returns the byte from 0 to 255 that a character spells, or −1 if it spells none. */
        public int byteOf(char c) {
            return c < byteOfChar.length ? byteOfChar[c] : -1;
        }

        /** Returns the spelling of bytes from … to − 1. */
        public String spell(byte[] bytes, int from, int to) {
            char[] chars = new char[to - from];
            for (int i = from; i < to; i++) {
                chars[i - from] = charOfByte[bytes[i] & 0xFF];
            }
            return new String(chars);
        }

        /** Returns the bytes that a token spells, or null if it has a character of no byte. */
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
}
