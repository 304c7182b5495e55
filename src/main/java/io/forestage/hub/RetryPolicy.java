package io.forestage.hub;

import java.time.Duration;
import java.util.Objects;

/**
 * How long a download waits, and how often it tries.
 *
 * @param connect for a connection
 * @param stall for the next byte
 * @param leastRate how fast a server has to be over a longer time
 * @param tries how many retries in a row may get fewer bytes than the least rate demands in one
 *     window
 * @param firstPause before the first new try; each further pause is twice as long
 * @param longestPause the bound of a pause; a server that asks for a longer one is given up
 */
public record RetryPolicy(
        Duration connect,
        Duration stall,
        LeastRate leastRate,
        int tries,
        Duration firstPause,
        Duration longestPause) {

    /** For a user who waits at a terminal. */
    public static final RetryPolicy DEFAULT =
            new RetryPolicy(
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
    public RetryPolicy {
        LeastRate.requirePositive("connect", connect);
        LeastRate.requirePositive("stall", stall);
        Objects.requireNonNull(leastRate, "leastRate");
        LeastRate.requirePositive("firstPause", firstPause);
        LeastRate.requirePositive("longestPause", longestPause);
        if (tries < 0) {
            throw new IllegalArgumentException("tries: expected 0 or more, found " + tries);
        }
    }

    /**
     * How fast a server must be, so that none can keep a download running for ever.
     *
     * @param bytes how many bytes it must send in a window, if the file has that many left
     * @param window the time spent waiting for it
     */
    public record LeastRate(long bytes, Duration window) {

        /**
         * 30,000 bytes in 30 seconds: the slowest telephone line of a modem. GPT-2's tables would
         * take two days at it; a server that sends a byte now and then would take centuries.
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
            requirePositive("window of the least rate", window);
        }

        // Here and not in RetryPolicy, whose defaults need this record initialized first.
        static void requirePositive(String name, Duration duration) {
            if (duration.isNegative() || duration.isZero()) {
                throw new IllegalArgumentException(
                        name + ": expected a positive duration, found " + duration);
            }
        }
    }

    /**
     * Counts failed attempts, and waits longer after each. An attempt that got only a few bytes
     * counts as failed: a server that sends one byte and cuts the response would be asked for ever.
     */
    static final class Attempts {

        private final RetryPolicy patience;
        private final String what;
        private int fruitless;
        private long gained;

        Attempts(RetryPolicy patience, String what) {
            this.patience = patience;
            this.what = what;
        }

        /** Waits before the next attempt, or gives up. */
        void pauseAfter(TransientException cut, long moreBytes) throws HubException {
            gained += moreBytes;
            boolean gotFurther = gained >= patience.leastRate().bytes();
            gained = gotFurther ? 0 : gained;
            fruitless = gotFurther ? 0 : fruitless + 1;
            Duration pause = cut.pause() == null ? ownPause() : cut.pause();
            if (fruitless > patience.tries() || pause.compareTo(patience.longestPause()) > 0) {
                throw cut.lasting();
            }
            try {
                Thread.sleep(pause.toMillis());
            } catch (InterruptedException interrupted) {
                Thread.currentThread().interrupt();
                throw HubException.interrupted(what, interrupted);
            }
        }

        private Duration ownPause() {
            // Thirty doublings of a millisecond exceed any sensible bound.
            int doublings = Math.min(Math.max(fruitless - 1, 0), 30);
            long millis = patience.firstPause().toMillis() << doublings;
            long most = patience.longestPause().toMillis();
            return Duration.ofMillis(millis < 0 ? most : Math.min(millis, most));
        }
    }
}
