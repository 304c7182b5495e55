package io.forestage.cli.words;

import io.forestage.cli.console.PrintableText;
import io.forestage.cli.console.ResultFormat;
import io.forestage.cli.console.TextTable;
import io.forestage.words.Word;
import io.forestage.words.WordSum;
import io.forestage.words.WordVectors;
import java.io.IOException;
import java.io.PrintWriter;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.stream.Stream;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code nearest}: the tokens or words with the nearest vectors. */
@Command(
        name = "nearest",
        description =
                "Find the tokens nearest to a word, or to a sum of words with + and - between"
                        + " them, by the cosine of their vectors.",
        footerHeading = "%nExamples:%n",
        footer = {
            "  forestage nearest queen",
            "  forestage nearest king - man + woman",
            "  forestage nearest --vectors glove.6B.100d.txt frog"
        })
public final class NearestCommand implements Callable<Integer> {

    @Spec private CommandSpec spec;

    @Mixin private VectorsOption source;

    @Mixin private AskedWords asked;

    @Mixin private ResultFormat format;

    @Option(
            names = "--count",
            paramLabel = "N",
            defaultValue = "10",
            description = "The number of tokens to print. Default: ${DEFAULT-VALUE}.")
    private int count;

    @Override
    public Integer call() throws IOException {
        try (OpenVectors open = source.open()) {
            WordSum sum = asked.sum(open.vectors());
            List<WordVectors.Neighbor> found = open.vectors().nearest(sum, count);
            PrintWriter out = spec.commandLine().getOut();
            if (format.isJson()) {
                out.println(PrintableText.json(json(open, sum, found)));
            } else {
                table(open, found).print(out);
                remark(open, sum);
            }
        }
        return 0;
    }

    private static TextTable table(OpenVectors open, List<WordVectors.Neighbor> found) {
        TextTable table =
                new TextTable(
                        List.of(TextTable.Align.RIGHT, TextTable.Align.LEFT, TextTable.Align.RIGHT),
                        List.of("id", open.kind(), "cosine"));
        for (WordVectors.Neighbor each : found) {
            table.add(
                    List.of(
                            Integer.toString(each.row()),
                            open.label(each.row()),
                            String.format(Locale.ROOT, "%.3f", each.cosine())));
        }
        return table;
    }

    private void remark(OpenVectors open, WordSum sum) {
        PrintWriter err = spec.commandLine().getErr();
        List<Word> all = Stream.concat(sum.plus().stream(), sum.minus().stream()).toList();
        OpenVectors.means(all).forEach(word -> err.println(open.meanOf(word)));
        if (open.vectors().untrained() > 0) {
            err.printf(
                    Locale.ROOT,
                    "left out %d of %d tokens, which the training text does not have%n",
                    open.vectors().untrained(),
                    open.vectors().rows());
        }
    }

    private static Map<String, Object> json(
            OpenVectors open, WordSum sum, List<WordVectors.Neighbor> found) {
        Map<String, Object> json = new LinkedHashMap<>();
        json.put("plus", sum.plus().stream().map(open::json).toList());
        json.put("minus", sum.minus().stream().map(open::json).toList());
        json.put(
                "nearest",
                found.stream()
                        .map(
                                each -> {
                                    Map<String, Object> row = open.json(each.row());
                                    row.put("cosine", each.cosine());
                                    return row;
                                })
                        .toList());
        json.put("left_out", open.vectors().untrained());
        return json;
    }
}
