package io.forestage.soak;

import java.util.Locale;
import java.util.Random;

/** The actions of a worker, each with its share in percent. */
enum SoakAction {
    /** Predicts with the shared model. */
    PREDICT(60),
    /** Embeds a batch with the shared stage. */
    EMBED(20),
    /** Predicts in an interrupted thread. */
    INTERRUPT(8),
    /** Predicts in another thread and cancels it. */
    CANCEL(6),
    /** Opens, uses and closes a new stage, mapped or copied; sometimes interrupted. */
    STAGE(4),
    /** Opens a new model and closes it while another thread predicts with it. */
    MODEL(2);

    private static final int PERCENT = 100;

    private final int share;

    SoakAction(int share) {
        this.share = share;
    }

    static SoakAction next(Random random) {
        int left = random.nextInt(PERCENT);
        for (SoakAction action : values()) {
            left -= action.share;
            if (left < 0) {
                return action;
            }
        }
        throw new IllegalStateException("shares: expected a sum of " + PERCENT);
    }

    @Override
    public String toString() {
        return name().toLowerCase(Locale.ROOT);
    }
}
