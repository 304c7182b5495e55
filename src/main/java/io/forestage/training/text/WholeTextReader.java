package io.forestage.training.text;

import java.io.Reader;

/** Splits a text into pieces of a least length, before a space or a line break. */
final class WholeTextReader extends WholePieces {

    private static final int MIN_LENGTH = 1 << 16;

    private final int minLength;

    WholeTextReader(Reader reader) {
        this(reader, MIN_LENGTH);
    }

    WholeTextReader(Reader reader, int minLength) {
        super(reader);
        this.minLength = minLength;
    }

    @Override
    int cutBefore(CharSequence pending, char next) {
        if (pending.length() < minLength) {
            return 0;
        }
        boolean isTokenEnd =
                (next == ' ' || next == '\n') && isVisible(pending.charAt(pending.length() - 1));
        return isTokenEnd || isOverLimit(pending, next) ? pending.length() : 0;
    }
}
