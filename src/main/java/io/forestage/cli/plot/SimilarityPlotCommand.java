package io.forestage.cli.plot;

import io.forestage.cli.words.AskedWords;
import io.forestage.cli.words.OpenVectors;
import io.forestage.cli.words.VectorsOption;
import io.forestage.plot.HeatMap;
import io.forestage.words.Word;
import java.io.IOException;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** {@code plot similarity}: the cosines of words with each other. */
@Command(
        name = "similarity",
        description =
                "Draw the cosines of words with each other as a heat map with the numbers. A word"
                        + " of several tokens has their mean.",
        footerHeading = "%nExamples:%n",
        footer = "  forestage plot similarity king queen apple pear --output similarity.png")
final class SimilarityPlotCommand implements Callable<Integer> {

    @Spec private CommandSpec spec;

    @Mixin private VectorsOption source;

    @Mixin private AskedWords asked;

    @Mixin private OutputOption output;

    @Override
    public Integer call() throws IOException {
        output.required(spec);
        try (OpenVectors open = source.open()) {
            List<Word> words = PlottedWords.atLeast(2, asked.each(open.vectors()), spec);
            double[][] cosines = new double[words.size()][words.size()];
            for (int i = 0; i < cosines.length; i++) {
                for (int j = 0; j < cosines.length; j++) {
                    cosines[i][j] = open.vectors().cosine(words.get(i), words.get(j));
                }
            }
            PlottedWords.printMeans(open, words, spec);
            output.write(
                    spec,
                    () ->
                            new HeatMap(
                                    "Cosines of word vectors",
                                    "word",
                                    "word",
                                    cosines,
                                    PlottedWords.labels(words),
                                    1));
        }
        return 0;
    }
}
