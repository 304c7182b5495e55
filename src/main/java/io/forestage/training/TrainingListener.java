package io.forestage.training;

/** Hears of a training as it goes on, on the thread that runs it. */
@FunctionalInterface
public interface TrainingListener {

    /**
     * Hears that a step is done.
     *
     * @param progress how far the training is
     */
    void onStep(TrainingProgress progress);
}
