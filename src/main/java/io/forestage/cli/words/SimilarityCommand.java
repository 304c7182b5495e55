package io.forestage.cli.words;

import io.forestage.cli.console.PrintableText;
import io.forestage.cli.console.ResultFormat;
import io.forestage.cli.console.TextTable;
import io.forestage.words.Word;
import io.forestage.words.WordVectors;
import java.io.IOException;
import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code similarity}: how near words are to each other. */
@Command(
        name = "similarity",
        description =
                "Compare words with each other: the cosine and the Euclidean distance of their"
                        + " vectors. A word of several tokens has their mean.",
        footerHeading = "%nExamples:%n",
        footer = {
            "  forestage similarity king queen apple",
            "  forestage similarity --id 5822 --piece king --format json"
        })
public final class SimilarityCommand implements Callable<Integer> {

    @Spec private CommandSpec spec;

    @Mixin private VectorsOption source;

    @Mixin private AskedWords asked;

    @Mixin private ResultFormat format;

    @Override
    public Integer call() throws IOException {
        try (OpenVectors open = source.open()) {
            List<Word> words = asked.each(open.vectors());
            if (words.size() < 2) {
                throw new ParameterException(
                        spec.commandLine(),
                        "WORD: expected two or more words to compare, found %d"
                                .formatted(words.size()));
            }
            List<Pair> pairs = pairs(open.vectors(), words);
            PrintWriter out = spec.commandLine().getOut();
            if (format.isJson()) {
                out.println(PrintableText.json(json(open, words, pairs)));
            } else {
                print(open, words, pairs, out);
            }
        }
        return 0;
    }

    private static List<Pair> pairs(WordVectors vectors, List<Word> words) {
        List<Pair> pairs = new ArrayList<>();
        for (int i = 0; i < words.size(); i++) {
            for (int j = i + 1; j < words.size(); j++) {
                Word one = words.get(i);
                Word other = words.get(j);
                pairs.add(
                        new Pair(
                                one.text(),
                                other.text(),
                                vectors.cosine(one, other),
                                vectors.distance(one, other)));
            }
        }
        return pairs;
    }

    private static void print(
            OpenVectors open, List<Word> words, List<Pair> pairs, PrintWriter out) {
        TextTable table =
                new TextTable(
                        List.of(
                                TextTable.Align.LEFT,
                                TextTable.Align.LEFT,
                                TextTable.Align.RIGHT,
                                TextTable.Align.RIGHT),
                        List.of("word", "other", "cosine", "distance"));
        for (Pair pair : pairs) {
            table.add(
                    List.of(
                            PrintableText.quoted(pair.word()),
                            PrintableText.quoted(pair.other()),
                            String.format(Locale.ROOT, "%.3f", pair.cosine()),
                            String.format(Locale.ROOT, "%.3f", pair.distance())));
        }
        table.print(out);
        OpenVectors.means(words).forEach(word -> out.println(open.meanOf(word)));
        out.printf(
                Locale.ROOT,
                "As one-hot vectors, any two different words have cosine 0 and distance %.3f (√2):"
                        + " ids say nothing about meaning.%n",
                Math.sqrt(2));
    }

    private static Map<String, Object> json(OpenVectors open, List<Word> words, List<Pair> pairs) {
        Map<String, Object> json = new LinkedHashMap<>();
        json.put("words", words.stream().map(open::json).toList());
        json.put("pairs", pairs);
        json.put("one_hot", Map.of("cosine", 0, "distance", Math.sqrt(2)));
        return json;
    }

    /** Two words and how near they are, as in the JSON. */
    private record Pair(String word, String other, double cosine, double distance) {}
}
