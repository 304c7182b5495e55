package io.forestage.cli.plot;

import io.forestage.cli.console.CommandGroup;
import picocli.CommandLine.Command;

/** {@code plot}: the pictures. */
@Command(
        name = "plot",
        description = "Draw a picture, PNG or SVG.",
        synopsisSubcommandLabel = "PICTURE",
        subcommands = {
            PositionsCommand.class,
            SimilarityPlotCommand.class,
            MapCommand.class,
            TableCommand.class,
            RandomFeaturesCommand.class
        })
public final class PlotCommand extends CommandGroup {}
