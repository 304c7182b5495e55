package io.forestage.cli.words;

import io.forestage.cli.console.CommandGroup;
import picocli.CommandLine.Command;

/** {@code evaluate}: measures vectors. */
@Command(
        name = "evaluate",
        description = "Evaluate the vectors of a model or of a file.",
        synopsisSubcommandLabel = "MEASURE",
        subcommands = {EvaluateSimilarityCommand.class, EvaluateAnalogiesCommand.class})
public final class EvaluateCommand extends CommandGroup {}
