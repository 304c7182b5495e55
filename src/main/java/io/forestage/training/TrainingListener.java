package io.forestage.training;

import java.nio.file.Path;

/** Receives a training's progress, on the thread that trains. */
@FunctionalInterface
public interface TrainingListener {

    /**
     * Receives a step that is done.
     *
     * @param progress how far the training is
     */
    void onStep(TrainingProgress progress);

    /**
     * Receives a checkpoint that is written, or that a training resumes from: a training that ends
     * now can resume there.
     *
     * @param file the checkpoint
     * @param step the steps that it holds
     */
    default void onCheckpoint(Path file, long step) {}
}
