package io.forestage.hub;

import java.time.Duration;

/**
 * Counts the tries that came to nothing, and waits longer after each. A few bytes are nothing: a
 * server that sends a byte and cuts the answer would be asked for ever.
 */
final class Attempts {

    private final HubPatience patience;
    private final String what;
    private int fruitless;
    private long gained;

    Attempts(HubPatience patience, String what) {
        this.patience = patience;
        this.what = what;
    }

    /** Waits before the next try, or gives up. */
    void pauseAfter(CutException cut, long moreBytes) throws HubException {
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
        // Thirty doublings of a nanosecond are more than any bound that makes sense.
        int doublings = Math.min(Math.max(fruitless - 1, 0), 30);
        long millis = patience.firstPause().toMillis() << doublings;
        long most = patience.longestPause().toMillis();
        return Duration.ofMillis(millis < 0 ? most : Math.min(millis, most));
    }
}
