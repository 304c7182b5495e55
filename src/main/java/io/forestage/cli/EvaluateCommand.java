package io.forestage.cli;

import picocli.CommandLine.Command;

/** {@code evaluate}: what can be measured of a model. */
@Command(
        name = "evaluate",
        description = "Measure what a model's vectors are worth.",
        synopsisSubcommandLabel = "MEASURE",
        subcommands = SimilarityCommand.class)
final class EvaluateCommand extends CommandGroup {}
