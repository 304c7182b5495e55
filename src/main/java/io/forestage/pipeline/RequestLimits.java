package io.forestage.pipeline;

/**
 * The limits of one request of a server. Its sender is not trusted, and a small body can request a
 * large result: 65536 tokens are 200 MB of GPT-2's vectors.
 *
 * @param bytes the size of a body
 * @param texts the number of texts or rows of ids
 * @param tokens the number of tokens, with the pads of the answer
 */
record RequestLimits(int bytes, int texts, int tokens) {

    static final String BYTES = "maxRequestBytes";
    static final String TEXTS = "maxRequestTexts";
    static final String TOKENS = "maxRequestTokens";

    /** The limits of a model without its own. */
    static RequestLimits defaults() {
        return new RequestLimits(4 << 20, 4096, 65536);
    }

    /** The limits of a program's own requests. */
    static RequestLimits none() {
        return new RequestLimits(Integer.MAX_VALUE, Integer.MAX_VALUE, Integer.MAX_VALUE);
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

    private static void require(String what, long found, long max, String argument) {
        if (found > max) {
            throw new RequestException(
                    RequestException.TOO_LARGE,
                    "%s: expected at most %d in one request (%s), found %d; send several requests"
                            .formatted(what, max, argument, found));
        }
    }
}
