package io.forestage.hub;

import java.time.Duration;
import java.util.Objects;

/**
 * How long a download waits, and how often it tries.
 *
 * @param connect for a connection
 * @param stall for the next byte
 * @param leastRate how fast a server has to be over a longer time
 * @param tries how many times in a row it tries again without getting as many bytes further as the
 *     least rate asks of a server in one window
 * @param firstPause before the first new try; each further pause is twice as long
 * @param longestPause the bound of a pause; a server that asks for a longer one is given up
 */
public record HubPatience(
        Duration connect,
        Duration stall,
        LeastRate leastRate,
        int tries,
        Duration firstPause,
        Duration longestPause) {

    /** What a person at a terminal would bear with. */
    public static final HubPatience DEFAULT =
            new HubPatience(
                    Duration.ofSeconds(10),
                    Duration.ofSeconds(30),
                    LeastRate.DEFAULT,
                    4,
                    Duration.ofSeconds(1),
                    Duration.ofSeconds(60));

    /**
     * Checks the durations.
     *
     * @param connect for a connection
     * @param stall for the next byte
     * @param leastRate how fast a server has to be
     * @param tries how many times in a row it tries again
     * @param firstPause before the first new try
     * @param longestPause the bound of a pause
     * @throws IllegalArgumentException if a duration is not positive or the number negative
     */
    public HubPatience {
        requirePositive("connect", connect);
        requirePositive("stall", stall);
        Objects.requireNonNull(leastRate, "leastRate");
        requirePositive("firstPause", firstPause);
        requirePositive("longestPause", longestPause);
        if (tries < 0) {
            throw new IllegalArgumentException("tries: expected 0 or more, found " + tries);
        }
    }

    static void requirePositive(String name, Duration duration) {
        if (duration.isNegative() || duration.isZero()) {
            throw new IllegalArgumentException(
                    name + ": expected a positive duration, found " + duration);
        }
    }
}
