package io.forestage.tokens;

import java.io.Serial;

/** A text has more tokens than a row may hold, and {@link OnTooLong#reject} was chosen. */
public final class TooLongException extends IllegalArgumentException {

    @Serial private static final long serialVersionUID = 1;

    private final int text;
    private final int tokens;
    private final int maximum;

    /**
     * Creates the exception.
     *
     * @param text the text's index
     * @param tokens how many tokens it has
     * @param maximum how many a row may hold
     */
    TooLongException(int text, int tokens, int maximum) {
        super(
                "text %d: expected at most %d tokens (maxLength), found %d; shorten it, or set onTooLong to truncate or windows"
                        .formatted(text, maximum, tokens));
        this.text = text;
        this.tokens = tokens;
        this.maximum = maximum;
    }

    /** Returns the text's index among those that were given. */
    public int text() {
        return text;
    }

    /** Returns the number of its tokens. */
    public int tokens() {
        return tokens;
    }

    /** Returns how many tokens a row may hold. */
    public int maximum() {
        return maximum;
    }
}
