package io.forestage.cli.words;

import io.forestage.cli.console.PrintableText;
import io.forestage.cli.console.ResultFormat;
import io.forestage.cli.console.TextTable;
import io.forestage.support.Quoted;
import io.forestage.words.WordSimilarity;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code evaluate similarity}: compares cosines with people's ratings of similarity. */
@Command(
        name = "similarity",
        description =
                "Compute Spearman's rank correlation of cosines and people's ratings of word"
                        + " pairs. In a model, words must be one token with the space before them;"
                        + " other pairs are left out.",
        footerHeading = "%nExamples:%n",
        footer = {
            "  forestage evaluate similarity simlex.tsv --model models/gpt2",
            "  forestage evaluate similarity simlex.tsv --vectors words.vec"
        })
final class EvaluateSimilarityCommand implements Callable<Integer> {

    @Spec private CommandSpec spec;

    @Mixin private VectorsOption source;

    @Mixin private ResultFormat format;

    @Parameters(
            paramLabel = "FILE",
            arity = "1..*",
            description = "Lines of two words and a score, separated by tabs or spaces.")
    private List<Path> files;

    @Override
    public Integer call() throws IOException {
        List<WordSimilarity> results = new ArrayList<>();
        try (OpenVectors open = source.open()) {
            for (Path file : files) {
                results.add(WordSimilarity.evaluate(open.vectors(), file));
            }
        }
        if (format.isJson()) {
            for (int i = 0; i < results.size(); i++) {
                spec.commandLine()
                        .getOut()
                        .println(PrintableText.json(json(files.get(i), results.get(i))));
            }
        } else {
            print(results);
        }
        return 0;
    }

    private void print(List<WordSimilarity> results) {
        TextTable table =
                new TextTable(
                        List.of(
                                TextTable.Align.LEFT,
                                TextTable.Align.RIGHT,
                                TextTable.Align.RIGHT,
                                TextTable.Align.RIGHT,
                                TextTable.Align.RIGHT,
                                TextTable.Align.RIGHT),
                        List.of(
                                "file",
                                "pairs",
                                "used",
                                "untrained",
                                "Spearman",
                                "random vectors"));
        for (int i = 0; i < results.size(); i++) {
            WordSimilarity result = results.get(i);
            table.add(
                    List.of(
                            Quoted.whole(String.valueOf(files.get(i).getFileName())),
                            Integer.toString(result.pairs()),
                            Integer.toString(result.used()),
                            Integer.toString(result.untrained()),
                            String.format(Locale.ROOT, "%.3f", result.correlation()),
                            String.format(Locale.ROOT, "0 ± %.3f", result.random())));
        }
        table.print(spec.commandLine().getOut());
    }

    private static Map<String, Object> json(Path file, WordSimilarity result) {
        Map<String, Object> json = new LinkedHashMap<>();
        json.put("file", file.toString());
        json.put("pairs", result.pairs());
        json.put("used", result.used());
        json.put("untrained", result.untrained());
        json.put("spearman", ResultFormat.number(result.correlation()));
        json.put("random", ResultFormat.number(result.random()));
        return json;
    }
}
