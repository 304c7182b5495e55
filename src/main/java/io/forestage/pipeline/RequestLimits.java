package io.forestage.pipeline;

/**
 * How much one request of a server may ask for. Whoever sends it is a stranger, and a small body
 * can name a large result: 65536 tokens are 200 MB of GPT-2's vectors.
 *
 * @param bytes the bytes of a body
 * @param texts the texts, or rows of ids
 * @param tokens the tokens, with the pads that an answer adds to them
 */
record RequestLimits(int bytes, int texts, int tokens) {

    static final String BYTES = "maxRequestBytes";
    static final String TEXTS = "maxRequestTexts";
    static final String TOKENS = "maxRequestTokens";

    /** Where nobody says otherwise. */
    static RequestLimits usual() {
        return new RequestLimits(4 << 20, 4096, 65536);
    }

    void requireBytes(long found) {
        require("bytes in the body", found, bytes, BYTES);
    }

    void requireTexts(long found) {
        require("texts or rows of ids", found, texts, TEXTS);
    }

    void requireTokens(long found) {
        require("tokens, with the padding", found, tokens, TOKENS);
    }

    private static void require(String what, long found, long most, String argument) {
        if (found > most) {
            throw new RequestException(
                    RequestException.TOO_LARGE,
                    "%s: expected at most %d in one request (%s), found %d; send several requests"
                            .formatted(what, most, argument, found));
        }
    }
}
