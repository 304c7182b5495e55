package io.forestage.pipeline;

import io.forestage.support.Quoted;

/** A request that cannot be answered, with its HTTP status code. */
final class RequestException extends IllegalArgumentException {

    static final int MALFORMED = 400;
    static final int NO_SUCH_ANSWER = 406;
    static final int TOO_LARGE = 413;
    static final int NO_SUCH_CONTENT = 415;

    private static final long serialVersionUID = 1L;

    private final int code;

    RequestException(int code, String message) {
        super(Quoted.line(message));
        this.code = code;
    }

    static RequestException malformed(String message) {
        return new RequestException(MALFORMED, message);
    }

    int code() {
        return code;
    }
}
