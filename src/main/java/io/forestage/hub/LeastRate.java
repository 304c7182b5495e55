package io.forestage.hub;

import java.time.Duration;

/**
 * How fast a server has to be, so that none can hold a download on without end.
 *
 * @param bytes how many bytes it has to send at least, of files that have so many left
 * @param window while so much time is spent waiting for it
 */
public record LeastRate(long bytes, Duration window) {

    /**
     * 30,000 bytes in 30 seconds: the slowest telephone line of a modem. GPT-2's tables would take
     * two days at it, a stranger's drip of a byte now and then centuries.
     */
    public static final LeastRate DEFAULT = new LeastRate(30_000, Duration.ofSeconds(30));

    /**
     * Checks the values.
     *
     * @param bytes how many bytes at least
     * @param window in how much time
     * @throws IllegalArgumentException if one of them is not positive
     */
    public LeastRate {
        if (bytes < 1) {
            throw new IllegalArgumentException(
                    "bytes of the least rate: expected 1 or more, found " + bytes);
        }
        // Not by HubPatience, whose default needs this class's.
        if (window.isNegative() || window.isZero()) {
            throw new IllegalArgumentException(
                    "window of the least rate: expected a positive duration, found " + window);
        }
    }
}
