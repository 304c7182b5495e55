package io.forestage.training;

import io.forestage.support.OptionCheck;
import io.forestage.weights.StoredType;

/**
 * How a training is run: none of it changes what is learned, but for the last bits, which another
 * device may round otherwise.
 *
 * @param threads how many to use
 * @param checkpointEvery the steps between checkpoints
 * @param storedType the element type to write the table in; KEEP is float32
 * @param start what to do about a checkpoint that is there
 * @param force whether to replace a model that is there
 * @param devices what to train on
 */
public record TrainingRun(
        int threads,
        int checkpointEvery,
        StoredType storedType,
        Start start,
        boolean force,
        TrainingDevices devices) {

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
     * @param devices any
     * @throws IllegalArgumentException if a number is less than 1
     */
    public TrainingRun {
        OptionCheck.requireFrom1("threads", threads, Integer.MAX_VALUE);
        OptionCheck.requireFrom1("checkpoint-every", checkpointEvery, Integer.MAX_VALUE);
    }

    /**
     * Makes a run on the CPU.
     *
     * @param threads at least 1
     * @param checkpointEvery at least 1
     * @param storedType any
     * @param start any
     * @param force any
     * @throws IllegalArgumentException if a number is less than 1
     */
    public TrainingRun(
            int threads, int checkpointEvery, StoredType storedType, Start start, boolean force) {
        this(threads, checkpointEvery, storedType, start, force, TrainingDevices.cpu());
    }

    /**
     * Returns the usual run: all cores, a checkpoint every 20 steps, float32, from the beginning,
     * nothing replaced, on the CPU.
     *
     * @return the run
     */
    public static TrainingRun defaults() {
        return new TrainingRun(
                Runtime.getRuntime().availableProcessors(),
                20,
                StoredType.FLOAT32,
                Start.NEW,
                false);
    }

    /**
     * Changes how often the training is kept.
     *
     * @param steps the steps between checkpoints, at least 1
     * @return the new run
     */
    public TrainingRun withCheckpointEvery(int steps) {
        return new TrainingRun(threads, steps, storedType, start, force, devices);
    }

    /**
     * Changes what is done about a checkpoint that is there.
     *
     * @param where where to begin
     * @return the new run
     */
    public TrainingRun withStart(Start where) {
        return new TrainingRun(threads, checkpointEvery, storedType, where, force, devices);
    }

    /**
     * Changes what to train on.
     *
     * @param others the devices
     * @return the new run
     */
    public TrainingRun withDevices(TrainingDevices others) {
        return new TrainingRun(threads, checkpointEvery, storedType, start, force, others);
    }
}
