package io.forestage.hub;

import java.time.Duration;
import java.util.Locale;

/** Measures one answer against the least rate, window after window. */
final class Pace {

    private final LeastRate least;
    private long bytes;
    private long waited;

    Pace(LeastRate least) {
        this.least = least;
    }

    /**
     * Counts what came, and how long it was waited for. What the reader takes for itself, such as
     * to write to a slow disk, is not the server's.
     *
     * @return false if a window is over in which too little came
     */
    boolean keeps(int more, long nanos) {
        bytes += more;
        waited += nanos;
        if (waited < least.window().toNanos()) {
            return true;
        }
        if (bytes < least.bytes()) {
            return false;
        }
        bytes = 0;
        waited = 0;
        return true;
    }

    /** What was found, for a message. */
    String found() {
        return "%d bytes in %s s or more, expected at least %d"
                .formatted(bytes, seconds(least.window()), least.bytes());
    }

    private static String seconds(Duration time) {
        return String.format(Locale.ROOT, "%.1f", time.toMillis() / 1000.0).replace(".0", "");
    }
}
