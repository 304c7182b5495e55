package io.forestage.soak;

import java.util.Locale;
import java.util.Random;

/** What a worker may do next. */
enum SoakAction {
    /** A prediction through the shared model. */
    PREDICT(60),
    /** A batch through the shared stage. */
    EMBED(20),
    /** A prediction by a thread that is interrupted. */
    INTERRUPT(8),
    /** A prediction whose future is cancelled. */
    CANCEL(6),
    /** A stage of its own, mapped or copied, opened and closed; sometimes interrupted. */
    STAGE(4),
    /** A model of its own, closed while another thread predicts with it. */
    MODEL(2);

    private static final int ALL = 100;

    private final int weight;

    SoakAction(int weight) {
        this.weight = weight;
    }

    static SoakAction next(Random random) {
        int place = random.nextInt(ALL);
        for (SoakAction action : values()) {
            place -= action.weight;
            if (place < 0) {
                return action;
            }
        }
        throw new IllegalStateException("weights: expected a sum of " + ALL);
    }

    @Override
    public String toString() {
        return name().toLowerCase(Locale.ROOT);
    }
}
