package io.forestage.weights.pytorch;

import io.forestage.weights.WeightFileException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/** The text in a pickle: strict UTF-8, after its length or up to a line's end. */
record PickleText(PickleInput input) {

    /** No tensor's name and no sensible setting is longer. */
    private static final int LONGEST = 1 << 20;

    private static final int LONGEST_LINE = 1 << 8;

    String next(long length) throws WeightFileException {
        input.requireLeft(length);
        if (length > LONGEST) {
            throw input.problem(
                    "text of at most %d bytes".formatted(LONGEST),
                    length + " bytes",
                    PickleInput.SAVE_STATE_DICT);
        }
        return decoded(input.nextBytes((int) length));
    }

    String nextLine() throws WeightFileException {
        byte[] bytes = new byte[LONGEST_LINE];
        for (int length = 0; length < bytes.length; length++) {
            bytes[length] = (byte) input.nextByte();
            if (bytes[length] == '\n') {
                return decoded(Arrays.copyOf(bytes, length));
            }
        }
        throw input.damaged(
                "a line of fewer than %d bytes".formatted(LONGEST_LINE), "a longer one");
    }

    private String decoded(byte[] bytes) throws WeightFileException {
        try {
            return StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes)).toString();
        } catch (CharacterCodingException malformed) {
            throw input.damaged("text in UTF-8", "malformed bytes");
        }
    }
}
