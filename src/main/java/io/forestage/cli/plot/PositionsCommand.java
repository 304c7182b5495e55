package io.forestage.cli.plot;

import io.forestage.cli.console.ModelOption;
import io.forestage.model.ModelFolder;
import io.forestage.plot.Picture;
import io.forestage.plot.PositionPictures;
import java.io.IOException;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code plot positions}: position vectors. */
@Command(
        name = "positions",
        description =
                "Draw the sinusoidal position vectors as a heat map, positions by dimensions, and"
                        + " beside it the model's learned ones, if it has any.",
        footerHeading = "%nExamples:%n",
        footer = {
            "  forestage plot positions --model models/gpt2 --output positions.png",
            "  forestage plot positions --dim 512 --positions 200 --cosines --output cosines.svg"
        })
final class PositionsCommand implements Callable<Integer> {

    private static final int MAX_SIZE = 1 << 14;

    @Spec private CommandSpec spec;

    @Mixin private ModelOption model;

    @Mixin private OutputOption output;

    @Option(
            names = "--positions",
            paramLabel = "N",
            description = "The number of positions. Default: 100, or all that are learned.")
    private @Nullable Integer positions;

    @Option(
            names = "--dim",
            paramLabel = "D",
            description = "The width of the sinusoidal vectors. Default: the model's.")
    private @Nullable Integer dimension;

    @Option(
            names = "--cosines",
            description = "Draw the cosines of all positions with each other instead.")
    private boolean cosines;

    @Override
    public Integer call() throws IOException {
        requireSize("--positions", positions);
        requireSize("--dim", dimension);
        output.write(spec, this::draw);
        return 0;
    }

    private Picture draw() throws IOException {
        Path folder = model.folder();
        int width =
                dimension == null
                        ? Math.toIntExact(ModelFolder.open(folder).config().nEmbd())
                        : dimension;
        double[][] learned =
                PositionPictures.learned(folder, model.options().tableNames(), positions);
        int count = positions != null ? positions : learned.length == 0 ? 100 : learned.length;
        PositionPictures pictures = new PositionPictures(cosines);
        Picture sinusoid = pictures.sinusoid(count, width);
        return learned.length == 0 ? sinusoid : sinusoid.beside(pictures.learned(learned));
    }

    private void requireSize(String option, @Nullable Integer value) {
        if (value != null && (value < 1 || value > MAX_SIZE)) {
            throw new ParameterException(
                    spec.commandLine(),
                    "%s: expected 1 to %d, found %d".formatted(option, MAX_SIZE, value));
        }
    }
}
