package io.forestage.hub;

import java.time.Duration;
import java.util.Objects;

/**
 * How long a download waits, and how often it retries.
 *
 * @param connect how long to wait for a connection
 * @param stall how long to wait for the next byte
 * @param minRate how fast a server must be over a longer time
 * @param tries how many retries in a row may get fewer bytes than {@code minRate} requires in one
 *     window
 * @param firstPause the pause before the first retry; each further pause is twice as long
 * @param maxPause the longest pause; the download fails if a server asks for a longer one
 */
public record RetryPolicy(
        Duration connect,
        Duration stall,
        MinRate minRate,
        int tries,
        Duration firstPause,
        Duration maxPause) {

    /** For a user who waits at a terminal. */
    public static final RetryPolicy DEFAULT =
            new RetryPolicy(
                    Duration.ofSeconds(10),
                    Duration.ofSeconds(30),
                    MinRate.DEFAULT,
                    4,
                    Duration.ofSeconds(1),
                    Duration.ofSeconds(60));

    /**
     * Checks the values.
     *
     * @throws IllegalArgumentException if a duration is not positive or {@code tries} is negative
     */
    public RetryPolicy {
        MinRate.requirePositive("connect", connect);
        MinRate.requirePositive("stall", stall);
        Objects.requireNonNull(minRate, "minRate");
        MinRate.requirePositive("firstPause", firstPause);
        MinRate.requirePositive("maxPause", maxPause);
        if (tries < 0) {
            throw new IllegalArgumentException(
                    "tries: expected 0 or more, found %d".formatted(tries));
        }
    }

    /**
     * How fast a server must be, so that no server can keep a download running forever.
     *
     * @param bytes how many bytes it must send in a window, if the file has that many left
     * @param window the time spent waiting for the server
     */
    public record MinRate(long bytes, Duration window) {

        /**
         * 30,000 bytes in 30 seconds, the rate of a slow modem. GPT-2's tables would take two days;
         * a server that sends a byte now and then would take centuries.
         */
        public static final MinRate DEFAULT = new MinRate(30_000, Duration.ofSeconds(30));

        /**
         * Checks the values.
         *
         * @throws IllegalArgumentException if one of them is not positive
         */
        public MinRate {
            if (bytes < 1) {
                throw new IllegalArgumentException(
                        "minRate.bytes: expected 1 or more, found %d".formatted(bytes));
            }
            requirePositive("minRate.window", window);
        }

        // Not in RetryPolicy: its DEFAULT needs this record before RetryPolicy is initialized.
        static void requirePositive(String name, Duration duration) {
            if (duration.isNegative() || duration.isZero()) {
                throw new IllegalArgumentException(
                        "%s: expected a positive duration, found %s".formatted(name, duration));
            }
        }
    }

    /**
     * Counts failed attempts and waits longer after each. An attempt that got only a few bytes
     * counts as failed: otherwise a server that sends one byte and cuts the response would be
     * retried forever.
     */
    static final class Attempts {

        private final RetryPolicy policy;
        private final String what;
        private int failures;
        private long received;

        Attempts(RetryPolicy policy, String what) {
            this.policy = policy;
            this.what = what;
        }

        /** Waits before the next attempt, or throws if there have been too many. */
        void pauseAfter(TransientException cut, long moreBytes) throws HubException {
            received += moreBytes;
            boolean hasProgressed = received >= policy.minRate().bytes();
            received = hasProgressed ? 0 : received;
            failures = hasProgressed ? 0 : failures + 1;
            Duration pause = cut.pause() == null ? backoff() : cut.pause();
            if (failures > policy.tries() || pause.compareTo(policy.maxPause()) > 0) {
                throw cut.error();
            }
            try {
                Thread.sleep(pause.toMillis());
            } catch (InterruptedException interrupted) {
                Thread.currentThread().interrupt();
                throw HubException.interrupted(what, interrupted);
            }
        }

        private Duration backoff() {
            // Thirty doublings of a millisecond exceed any sensible bound.
            int doublings = Math.min(Math.max(failures - 1, 0), 30);
            long millis = policy.firstPause().toMillis() << doublings;
            long max = policy.maxPause().toMillis();
            return Duration.ofMillis(millis < 0 ? max : Math.min(millis, max));
        }
    }
}
