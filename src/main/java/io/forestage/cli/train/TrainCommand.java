package io.forestage.cli.train;

import io.forestage.cli.console.CommandGroup;
import picocli.CommandLine.Command;

/** {@code train}: the trainings. */
@Command(
        name = "train",
        description = "Train a model.",
        synopsisSubcommandLabel = "TASK",
        subcommands = {SkipGramCommand.class, ClassifyCommand.class, LanguageModelCommand.class})
public final class TrainCommand extends CommandGroup {}
