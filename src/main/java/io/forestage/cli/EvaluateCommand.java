package io.forestage.cli;

import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code evaluate}: what can be measured of a model. */
@Command(
        name = "evaluate",
        description = "Measure what a model's vectors are worth.",
        synopsisSubcommandLabel = "MEASURE",
        subcommands = SimilarityCommand.class)
final class EvaluateCommand implements Runnable {

    @Spec private CommandSpec spec;

    @Override
    public void run() {
        throw new ParameterException(spec.commandLine(), "expected a measure: similarity");
    }
}
