package io.forestage.hub;

import java.time.Duration;

/**
 * How long a download waits, and how often it tries.
 *
 * @param connect for a connection
 * @param stall for the next byte; a server that sends something within it may be as slow as it
 *     likes
 * @param tries how many times in a row it tries again without getting a byte further
 * @param firstPause before the first new try; each further pause is twice as long
 * @param longestPause the bound of a pause; a server that asks for a longer one is given up
 */
public record HubPatience(
        Duration connect, Duration stall, int tries, Duration firstPause, Duration longestPause) {

    /** What a person at a terminal would bear with. */
    public static final HubPatience DEFAULT =
            new HubPatience(
                    Duration.ofSeconds(10),
                    Duration.ofSeconds(30),
                    4,
                    Duration.ofSeconds(1),
                    Duration.ofSeconds(60));

    /**
     * Checks the durations.
     *
     * @param connect for a connection
     * @param stall for the next byte
     * @param tries how many times in a row it tries again
     * @param firstPause before the first new try
     * @param longestPause the bound of a pause
     * @throws IllegalArgumentException if a duration is not positive or the number negative
     */
    public HubPatience {
        requirePositive("connect", connect);
        requirePositive("stall", stall);
        requirePositive("firstPause", firstPause);
        requirePositive("longestPause", longestPause);
        if (tries < 0) {
            throw new IllegalArgumentException("tries: expected 0 or more, found " + tries);
        }
    }

    private static void requirePositive(String name, Duration duration) {
        if (duration.isNegative() || duration.isZero()) {
            throw new IllegalArgumentException(
                    name + ": expected a positive duration, found " + duration);
        }
    }
}
