package io.forestage.pipeline;

import io.forestage.tokens.OnTooLong;

/** The values of the argument {@code onTooLong}. */
enum TooLong {
    REJECT,
    TRUNCATE,
    WINDOWS;

    static TooLong of(OnTooLong way) {
        if (way instanceof OnTooLong.Windows) {
            return WINDOWS;
        }
        return way instanceof OnTooLong.Truncate ? TRUNCATE : REJECT;
    }

    /** The way itself; length and stride are for windows alone. */
    OnTooLong way(int length, int stride) {
        return switch (this) {
            case REJECT -> OnTooLong.reject();
            case TRUNCATE -> OnTooLong.truncate();
            case WINDOWS -> OnTooLong.windows(length, stride);
        };
    }
}
