package io.forestage.tokens.bpe;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * A text's tokens and their offsets in it.
 *
 * @param tokens each token as the vocabulary spells it
 * @param starts the index of each token's first UTF-16 unit
 * @param ends the index after each token's last one
 */
@SuppressWarnings("ArrayRecordComponent") // Never compared.
public record TokenOffsets(String[] tokens, int[] starts, int[] ends) {

    /**
     * Finds the offsets from the bytes of the tokens, and checks that these bytes are the text's.
     *
     * @throws IllegalArgumentException if a character is in no token
     */
    public static TokenOffsets of(String text, Vocabulary vocabulary, long[] ids) {
        return new Walk(text, vocabulary).find(ids);
    }

    /** Returns the exception for a character of a text that is in no token. */
    public static IllegalArgumentException lostCharacter(String text, int index) {
        int c = text.codePointAt(index);
        String shown = Character.isISOControl(c) ? "" : " '" + Character.toString(c) + "'";
        return new IllegalArgumentException(
                "character U+%04X%s at index %d is not in this vocabulary, and without an unknown token it would be lost; take it out, or use a vocabulary with all 256 bytes, such as TextTokenizer.gpt2()"
                        .formatted(c, shown, index));
    }

    /** Follows the tokens through the text's bytes. */
    private static final class Walk {

        private final String text;
        private final byte[] utf8;
        private final Vocabulary vocabulary;

        /** The current character: the indices of its first byte and its first UTF-16 unit. */
        private int charByte;

        private int charUnit;

        Walk(String text, Vocabulary vocabulary) {
            this.text = text;
            this.utf8 = text.getBytes(StandardCharsets.UTF_8);
            this.vocabulary = vocabulary;
        }

        TokenOffsets find(long[] ids) {
            String[] tokens = new String[ids.length];
            int[] starts = new int[ids.length];
            int[] ends = new int[ids.length];
            int at = 0;
            for (int i = 0; i < ids.length; i++) {
                int id = Math.toIntExact(ids[i]);
                byte[] bytes = vocabulary.bytes(id);
                int end = at + bytes.length;
                if (end > utf8.length || !Arrays.equals(utf8, at, end, bytes, 0, bytes.length)) {
                    throw lost(at, bytes);
                }
                tokens[i] = String.valueOf(vocabulary.token(id));
                starts[i] = charUnit;
                walkTo(end);
                ends[i] = charByte == end ? charUnit : charUnit + units(charByte);
                at = end;
            }
            if (at < utf8.length) {
                throw lost(at, new byte[0]);
            }
            return new TokenOffsets(tokens, starts, ends);
        }

        /** Moves to the character that contains a byte. */
        private void walkTo(int at) {
            while (charByte < utf8.length && charByte + width(charByte) <= at) {
                charUnit += units(charByte);
                charByte += width(charByte);
            }
        }

        private int width(int at) {
            int lead = utf8[at] & 0xFF;
            return lead < 0x80 ? 1 : lead < 0xE0 ? 2 : lead < 0xF0 ? 3 : 4;
        }

        private int units(int at) {
            return width(at) == 4 ? 2 : 1;
        }

        private IllegalArgumentException lost(int at, byte[] found) {
            int end = at;
            while (end - at < found.length && end < utf8.length && utf8[end] == found[end - at]) {
                end++;
            }
            walkTo(end);
            return lostCharacter(text, charUnit);
        }
    }
}
