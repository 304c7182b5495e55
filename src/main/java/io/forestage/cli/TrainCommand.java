package io.forestage.cli;

import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code train}: what can be trained. */
@Command(
        name = "train",
        description = "Train a model.",
        synopsisSubcommandLabel = "TASK",
        subcommands = SkipGramCommand.class)
final class TrainCommand implements Runnable {

    @Spec private CommandSpec spec;

    @Override
    public void run() {
        throw new ParameterException(spec.commandLine(), "expected a task: skipgram");
    }
}
