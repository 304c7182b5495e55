package io.forestage.training;

import io.forestage.support.OptionCheck;
import io.forestage.weights.StoredType;

/**
 * How a training runs. None of these settings changes what is learned, except that another device
 * may round the last bits differently.
 *
 * @param threads the number of CPU threads, at least 1
 * @param checkpointEvery the steps between two checkpoints, at least 1
 * @param storedType the element type of the table in the written model; KEEP is float32
 * @param start what to do with an existing checkpoint
 * @param force whether to replace an existing model
 * @param devices the devices to train on
 */
public record TrainingRun(
        int threads,
        int checkpointEvery,
        StoredType storedType,
        Start start,
        boolean force,
        TrainingDevices devices) {

    /** Where a training starts. */
    public enum Start {
        /** At the first step; an existing checkpoint is an error. */
        NEW,
        /** At the first step; an existing checkpoint is deleted. */
        RESTART,
        /** At the checkpoint; a missing one is an error. */
        RESUME
    }

    /**
     * Checks the values.
     *
     * @throws IllegalArgumentException if a number is less than 1
     */
    public TrainingRun {
        OptionCheck.requireFrom1("threads", threads, Integer.MAX_VALUE);
        OptionCheck.requireFrom1("checkpoint-every", checkpointEvery, Integer.MAX_VALUE);
    }

    /**
     * Creates a run on the CPU.
     *
     * @throws IllegalArgumentException if a number is less than 1
     */
    public TrainingRun(
            int threads, int checkpointEvery, StoredType storedType, Start start, boolean force) {
        this(threads, checkpointEvery, storedType, start, force, TrainingDevices.cpu());
    }

    /**
     * Returns the defaults: all cores, a checkpoint every 20 steps, float32, from the first step,
     * no existing model replaced, on the CPU.
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
     * Returns a copy with another checkpoint interval.
     *
     * @param steps the steps between two checkpoints, at least 1
     * @throws IllegalArgumentException if {@code steps} is less than 1
     */
    public TrainingRun withCheckpointEvery(int steps) {
        return new TrainingRun(threads, steps, storedType, start, force, devices);
    }

    /** Returns a copy with another start. */
    public TrainingRun withStart(Start where) {
        return new TrainingRun(threads, checkpointEvery, storedType, where, force, devices);
    }

    /** Returns a copy with other devices. */
    public TrainingRun withDevices(TrainingDevices others) {
        return new TrainingRun(threads, checkpointEvery, storedType, start, force, others);
    }
}
