package io.forestage.cli.plot;

import io.forestage.cli.words.AskedWords;
import io.forestage.cli.words.OpenVectors;
import io.forestage.cli.words.VectorsOption;
import io.forestage.plot.PrincipalAxes;
import io.forestage.plot.WordMap;
import io.forestage.words.Word;
import java.io.IOException;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** {@code plot map}: words in two dimensions. */
@Command(
        name = "map",
        description =
                "Draw words as points in two dimensions: along the two axes on which their vectors,"
                        + " at length 1, differ most (principal component analysis).",
        footerHeading = "%nExamples:%n",
        footer = "  forestage plot map king queen man woman apple pear --output map.png")
final class MapCommand implements Callable<Integer> {

    @Spec private CommandSpec spec;

    @Mixin private VectorsOption source;

    @Mixin private AskedWords asked;

    @Mixin private OutputOption output;

    @Override
    public Integer call() throws IOException {
        output.required(spec);
        try (OpenVectors open = source.open()) {
            List<Word> words = PlottedWords.atLeast(3, asked.each(open.vectors()), spec);
            double[][] vectors =
                    words.stream().map(open.vectors()::unitVector).toArray(double[][]::new);
            PlottedWords.printMeans(open, words, spec);
            output.write(
                    spec,
                    () ->
                            new WordMap(
                                    "Word vectors on their two principal axes",
                                    PlottedWords.labels(words),
                                    PrincipalAxes.of(vectors)));
        }
        return 0;
    }
}
