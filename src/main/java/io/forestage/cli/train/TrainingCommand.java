package io.forestage.cli.train;

import io.forestage.cli.console.Terminal;
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
 * The base of all training commands.
 *
 * @param <T> the training
 */
abstract class TrainingCommand<T> implements Callable<Integer> {

    @Spec private CommandSpec spec;

    @Mixin private final TrainingOptions.Run options;

    /** Creates a command with a default number of steps between checkpoints. */
    TrainingCommand(int checkpointEvery) {
        options = new TrainingOptions.Run(checkpointEvery);
    }

    /** Creates the training; an {@link IllegalArgumentException} means wrong usage. */
    abstract T prepare(Path model);

    /** Trains and prints the result. */
    abstract void train(T training, TrainingRun run) throws IOException;

    @Override
    public final Integer call() throws IOException {
        T training;
        TrainingRun run;
        try {
            training = prepare(options.model());
            run = options.run();
        } catch (IllegalArgumentException e) {
            throw new ParameterException(spec.commandLine(), e.getMessage(), e);
        }
        train(training, run);
        return 0;
    }

    /** Work that reports its steps. */
    @FunctionalInterface
    interface Work<R> {
        R run(TrainingListener listener) throws IOException;
    }

    /** Runs a training that writes checkpoints and shows its progress. */
    final <R> R watched(Work<R> work) throws IOException {
        return watched(true, work);
    }

    /** Runs a training without checkpoints and shows its progress. */
    final <R> R compared(Work<R> work) throws IOException {
        return watched(false, work);
    }

    private <R> R watched(boolean writesCheckpoints, Work<R> work) throws IOException {
        try (TrainingWatch watch =
                new TrainingWatch(
                        Terminal.isStandardError(),
                        writesCheckpoints,
                        spec.commandLine().getErr())) {
            return work.run(watch);
        }
    }

    final CommandSpec spec() {
        return spec;
    }

    final TrainingOptions.Run options() {
        return options;
    }
}
