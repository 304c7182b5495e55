package io.forestage.cli;

import io.forestage.training.TrainingListener;
import io.forestage.training.TrainingRun;
import java.io.IOException;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/**
 * What all commands do that train.
 *
 * @param <T> a training that is prepared
 */
abstract class TrainingCommand<T> implements Callable<Integer> {

    private final int checkpointEvery;

    @Spec private CommandSpec spec;

    @Mixin private TrainingOptions.Run run;

    /** A command whose checkpoints lie so many steps apart when nothing else is asked for. */
    TrainingCommand(int checkpointEvery) {
        this.checkpointEvery = checkpointEvery;
    }

    /** Makes the training; an {@link IllegalArgumentException} is wrong usage. */
    abstract T prepare(Path model);

    /** Trains and says what came of it. */
    abstract void train(T training, TrainingRun how) throws IOException;

    @Override
    public final Integer call() throws IOException {
        T training;
        TrainingRun how;
        try {
            training = prepare(run.model());
            how = run.run(checkpointEvery);
        } catch (IllegalArgumentException e) {
            throw new ParameterException(spec.commandLine(), e.getMessage(), e);
        }
        train(training, how);
        return 0;
    }

    /** What goes on step by step. */
    @FunctionalInterface
    interface Work<R> {
        R run(TrainingListener listener) throws IOException;
    }

    /** Shows the progress of a training that keeps checkpoints. */
    final <R> R watched(Work<R> work) throws IOException {
        return watched(true, work);
    }

    /** Shows the progress of a training that keeps none. */
    final <R> R compared(Work<R> work) throws IOException {
        return watched(false, work);
    }

    private <R> R watched(boolean keeps, Work<R> work) throws IOException {
        try (TrainingWatch watch =
                new TrainingWatch(Terminal.isStandardError(), keeps, spec.commandLine().getErr())) {
            return work.run(watch);
        }
    }

    final CommandSpec spec() {
        return spec;
    }

    final TrainingOptions.Run options() {
        return run;
    }
}
