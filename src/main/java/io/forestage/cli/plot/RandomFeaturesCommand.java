package io.forestage.cli.plot;

import io.forestage.decoder.attention.RandomFeatures;
import io.forestage.plot.KernelPicture;
import java.io.IOException;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code plot rff}: a kernel and its estimates by random Fourier features. */
@Command(
        name = "rff",
        description =
                "Draw the Gaussian kernel beside its estimates by 1, 10, 100 and 1000 random"
                        + " Fourier features.",
        showDefaultValues = true,
        footerHeading = "%nExamples:%n",
        footer = {
            "  forestage plot rff --output rff.png",
            "  forestage plot rff --features 10,100 --pairs --output rff.svg"
        })
final class RandomFeaturesCommand implements Callable<Integer> {

    private static final int MAX_PANELS = 6;
    private static final int MAX_COUNT = 1 << 14;

    @Spec private CommandSpec spec;

    @Mixin private OutputOption output;

    @Option(
            names = "--features",
            paramLabel = "R",
            split = ",",
            description = "The numbers of features, one for each estimate.")
    private List<Integer> counts = List.of(1, 10, 100, 1000);

    @Option(
            names = "--pairs",
            description =
                    "Use cosines and sines of half as many draws instead of cosines with phases;"
                            + " then each R is even.")
    private boolean pairs;

    @Option(names = "--seed", paramLabel = "N", description = "Chooses the random numbers.")
    private long seed = 1;

    @Override
    public Integer call() throws IOException {
        if (counts.isEmpty() || counts.size() > MAX_PANELS) {
            throw refused(
                    "--features: expected 1 to %d numbers, found %d"
                            .formatted(MAX_PANELS, counts.size()));
        }
        List<RandomFeatures> features = counts.stream().map(this::features).toList();
        output.write(spec, () -> new KernelPicture(features));
        return 0;
    }

    private RandomFeatures features(int count) {
        if (count < 1 || count > MAX_COUNT || (pairs && count % 2 != 0)) {
            throw refused(
                    "--features: expected %s from 1 to %d, found %d"
                            .formatted(pairs ? "even numbers" : "numbers", MAX_COUNT, count));
        }
        return new RandomFeatures(
                pairs ? RandomFeatures.Form.COSINES_AND_SINES : RandomFeatures.Form.COSINES,
                count,
                seed);
    }

    private ParameterException refused(String message) {
        return new ParameterException(spec.commandLine(), message);
    }
}
