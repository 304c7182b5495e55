package io.forestage.cli.words;

import io.forestage.cli.console.PrintableText;
import io.forestage.cli.console.ResultFormat;
import io.forestage.cli.console.TextTable;
import io.forestage.support.Quoted;
import io.forestage.words.WordAnalogies;
import java.io.IOException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code evaluate analogies}: how many analogies the vectors complete. */
@Command(
        name = "analogies",
        description =
                "Count the analogies that the vectors complete: for \"Athens Greece Baghdad Iraq\","
                        + " the word nearest to Greece - Athens + Baghdad must be Iraq. The three"
                        + " given words are left out; of equally near words the first counts. In a"
                        + " model, words must be one token with the space before them; other"
                        + " questions are not asked.",
        footerHeading = "%nExamples:%n",
        footer = {
            "  forestage evaluate analogies questions-words.txt",
            "  forestage evaluate analogies questions-words.txt --vectors words.bin --first 300000"
        })
final class EvaluateAnalogiesCommand implements Callable<Integer> {

    @Spec private CommandSpec spec;

    @Mixin private VectorsOption source;

    @Mixin private ResultFormat format;

    @Option(
            names = "--ignore-case",
            description =
                    "Treat words that differ in case alone as one word, the first of them, as"
                            + " gensim does by default.")
    private boolean ignoreCase;

    @Option(
            names = "--first",
            paramLabel = "N",
            description =
                    "Use only the first N words, which in most files are the most frequent."
                            + " Default: all. gensim's default is 300000.")
    private int first = Integer.MAX_VALUE;

    @Parameters(
            paramLabel = "FILE",
            description =
                    "Lines of four words, and lines \": NAME\" that begin sections, as in"
                            + " word2vec's questions-words.txt.")
    private Path file;

    @Override
    public Integer call() throws IOException {
        if (first < 1) {
            throw new ParameterException(
                    spec.commandLine(), "--first: expected 1 or more, found " + first);
        }
        WordAnalogies result;
        try (OpenVectors open = source.open()) {
            result = WordAnalogies.evaluate(open.vectors(), file, ignoreCase, first);
        }
        if (format.isJson()) {
            spec.commandLine().getOut().println(PrintableText.json(json(result)));
        } else {
            print(result);
        }
        return 0;
    }

    private void print(WordAnalogies result) {
        TextTable table =
                new TextTable(
                        List.of(
                                TextTable.Align.LEFT,
                                TextTable.Align.RIGHT,
                                TextTable.Align.RIGHT,
                                TextTable.Align.RIGHT,
                                TextTable.Align.RIGHT),
                        List.of("section", "questions", "asked", "correct", "accuracy"));
        result.sections().forEach(section -> table.add(row(section)));
        table.add(row(result.total()));
        table.print(spec.commandLine().getOut());
    }

    private static List<String> row(WordAnalogies.Section section) {
        return List.of(
                Quoted.whole(section.name().isEmpty() ? "-" : section.name()),
                Integer.toString(section.questions()),
                Integer.toString(section.asked()),
                Integer.toString(section.correct()),
                section.asked() == 0
                        ? "-"
                        : String.format(Locale.ROOT, "%.1f%%", 100 * section.accuracy()));
    }

    private Map<String, Object> json(WordAnalogies result) {
        Map<String, Object> json = new LinkedHashMap<>();
        json.put("file", file.toString());
        json.put(
                "sections",
                result.sections().stream().map(EvaluateAnalogiesCommand::json).toList());
        json.put("total", json(result.total()));
        return json;
    }

    private static Map<String, Object> json(WordAnalogies.Section section) {
        Map<String, Object> json = new LinkedHashMap<>();
        json.put("name", section.name());
        json.put("questions", section.questions());
        json.put("asked", section.asked());
        json.put("correct", section.correct());
        json.put("accuracy", ResultFormat.number(section.accuracy()));
        return json;
    }
}
