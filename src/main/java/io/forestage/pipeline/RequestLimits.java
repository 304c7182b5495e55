package io.forestage.pipeline;

/**
 * How much one request of a server may ask for. Whoever sends it is a stranger, and a small body
 * can name a large result: 65536 tokens are 200 MB of GPT-2's vectors.
 */
final class RequestLimits {

    static final int BYTES = 4 << 20;
    static final int ROWS = 4096;
    static final int TOKENS = 65536;

    private RequestLimits() {}

    static void requireBytes(long bytes) {
        require("bytes in the body", bytes, BYTES);
    }

    static void requireRows(long rows) {
        require("texts or rows of ids", rows, ROWS);
    }

    /** Checks the tokens, and the pads that an answer adds to them. */
    static void requireTokens(long tokens) {
        require("tokens, with the padding", tokens, TOKENS);
    }

    private static void require(String what, long found, long most) {
        if (found > most) {
            throw new RequestException(
                    RequestException.TOO_LARGE,
                    "%s: expected at most %d in one request, found %d; send several requests"
                            .formatted(what, most, found));
        }
    }
}
