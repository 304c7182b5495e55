package io.forestage.training;

import io.forestage.weights.StoredType;

/**
 * How a training is run: none of it changes what is learned.
 *
 * @param threads how many to use
 * @param checkpointEvery the steps between checkpoints
 * @param storedType the element type to write the table in; KEEP is float32
 * @param start what to do about a checkpoint that is there
 * @param force whether to replace a model that is there
 */
public record TrainingRun(
        int threads, int checkpointEvery, StoredType storedType, Start start, boolean force) {

    /** Where to begin. */
    public enum Start {
        /** At the beginning; a checkpoint that is there is an error. */
        NEW,
        /** At the beginning; a checkpoint that is there is thrown away. */
        AFRESH,
        /** At the checkpoint; that there is none is an error. */
        RESUME
    }

    /**
     * Checks the values.
     *
     * @param threads at least 1
     * @param checkpointEvery at least 1
     * @param storedType any
     * @param start any
     * @param force any
     * @throws IllegalArgumentException if a number is less than 1
     */
    public TrainingRun {
        if (threads < 1 || checkpointEvery < 1) {
            throw new IllegalArgumentException(
                    "expected at least 1 thread and 1 step between checkpoints, found %d and %d"
                            .formatted(threads, checkpointEvery));
        }
    }

    /**
     * Gives the usual run: all cores, a checkpoint every 20 steps, float32, from the beginning,
     * nothing replaced.
     *
     * @return the run
     */
    public static TrainingRun usual() {
        return new TrainingRun(
                Runtime.getRuntime().availableProcessors(),
                20,
                StoredType.FLOAT32,
                Start.NEW,
                false);
    }
}
