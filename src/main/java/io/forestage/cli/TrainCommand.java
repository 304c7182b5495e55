package io.forestage.cli;

import picocli.CommandLine.Command;

/** {@code train}: the trainings. */
@Command(
        name = "train",
        description = "Train a model.",
        synopsisSubcommandLabel = "TASK",
        subcommands = {SkipGramCommand.class, ClassifyCommand.class, LanguageModelCommand.class})
final class TrainCommand extends Forestage.CommandGroup {}
