package io.forestage.training;

import java.nio.file.Path;

/** Receives a training's progress, on the thread that trains. */
@FunctionalInterface
public interface TrainingListener {

    /**
     * Receives the progress after each step.
     *
     * @param progress the step and its loss
     */
    void onStep(TrainingProgress progress);

    /**
     * Receives each checkpoint that the training writes, and the one that it resumes from. If the
     * training ends after this call, it can resume from this checkpoint.
     *
     * @param file the checkpoint
     * @param step the number of steps done in it
     */
    default void onCheckpoint(Path file, long step) {}
}
