package io.forestage.cli.train;

import ai.djl.modality.Classifications;
import io.forestage.cli.console.ModelOption;
import io.forestage.cli.console.PrintableText;
import io.forestage.cli.console.TextInput;
import io.forestage.cli.console.TextTable;
import io.forestage.support.Quoted;
import io.forestage.training.classify.TextClassifier;
import java.io.IOException;
import java.io.PrintWriter;
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
import picocli.CommandLine.Spec;

/** {@code classify}: the labels of texts by a trained classifier. */
@Command(
        name = "classify",
        description = "Classify texts with a model written by 'train classify'.",
        footerHeading = "%nExamples:%n",
        footer = {
            "  forestage classify --model models/topics \"The goal came in the last minute.\"",
            "  forestage classify --model models/topics --format tsv --file lines.txt"
        })
public final class ClassifyTextsCommand implements Callable<Integer> {

    @Spec private CommandSpec spec;

    @Mixin private TextInput.Lines source;

    @Option(
            names = "--model",
            paramLabel = "DIR",
            required = true,
            description = "The model folder of a classifier.")
    private Path model;

    @Mixin private ModelOption.CopyFlag copy;

    @Option(
            names = "--format",
            defaultValue = "table",
            paramLabel = "table|tsv|json",
            description =
                    "table (default); tsv: labels, probability of the best label, escaped text;"
                            + " json: one object per line with all probabilities.")
    private Format format;

    @Override
    public Integer call() throws IOException {
        if (source.isEmpty()) {
            throw new ParameterException(
                    spec.commandLine(),
                    "expected a text to classify, found none; add TEXT, - or --file");
        }
        List<String> texts = source.read();
        try (TextClassifier classifier = TextClassifier.load(model, copy.options())) {
            new Printer(spec.commandLine().getOut(), classifier.hasSeveralLabels())
                    .print(format, texts, classifier.classify(texts));
        }
        return 0;
    }

    /** Prints the most probable label of each text, or all likely ones if it may have several. */
    private static final class Printer {

        /** The characters of a text that a table shows. */
        private static final int MAX_CHARACTERS = 60;

        /** The least probability of a label that is printed, if a text may have several. */
        private static final double MIN_PROBABILITY = 0.5;

        private final PrintWriter out;
        private final boolean severalLabels;

        Printer(PrintWriter out, boolean severalLabels) {
            this.out = out;
            this.severalLabels = severalLabels;
        }

        void print(Format format, List<String> texts, List<Classifications> results) {
            switch (format) {
                case TABLE -> printTable(texts, results);
                case TSV -> {
                    for (int i = 0; i < texts.size(); i++) {
                        Classifications.Classification best = results.get(i).best();
                        out.printf(
                                Locale.ROOT,
                                "%s\t%.6f\t%s%n",
                                Quoted.whole(String.join(",", labels(results.get(i)))),
                                best.getProbability(),
                                Quoted.whole(texts.get(i)));
                    }
                }
                case JSON -> {
                    for (int i = 0; i < texts.size(); i++) {
                        out.println(PrintableText.json(json(texts.get(i), results.get(i))));
                    }
                }
            }
        }

        private void printTable(List<String> texts, List<Classifications> results) {
            TextTable table =
                    new TextTable(
                            List.of(
                                    TextTable.Align.LEFT,
                                    TextTable.Align.RIGHT,
                                    TextTable.Align.LEFT),
                            List.of("label", "probability", "text"));
            for (int i = 0; i < texts.size(); i++) {
                Classifications.Classification best = results.get(i).best();
                table.add(
                        List.of(
                                Quoted.whole(String.join(", ", labels(results.get(i)))),
                                String.format(Locale.ROOT, "%.3f", best.getProbability()),
                                PrintableText.quoted(beginning(texts.get(i)))));
            }
            table.print(out);
        }

        private static String beginning(String text) {
            return text.codePointCount(0, text.length()) <= MAX_CHARACTERS
                    ? text
                    : text.substring(0, text.offsetByCodePoints(0, MAX_CHARACTERS)) + "…";
        }

        private List<String> labels(Classifications result) {
            List<String> likely =
                    result.<Classifications.Classification>items().stream()
                            .filter(label -> label.getProbability() >= MIN_PROBABILITY)
                            .map(Classifications.Classification::getClassName)
                            .toList();
            return severalLabels && !likely.isEmpty()
                    ? likely
                    : List.of(result.best().getClassName());
        }

        private Map<String, Object> json(String text, Classifications result) {
            Map<String, Double> probabilities = new LinkedHashMap<>();
            for (int i = 0; i < result.getClassNames().size(); i++) {
                probabilities.put(result.getClassNames().get(i), result.getProbabilities().get(i));
            }
            Map<String, Object> line = new LinkedHashMap<>();
            line.put("text", text);
            line.put("label", result.best().getClassName());
            if (severalLabels) {
                line.put("labels", labels(result));
            }
            line.put("probabilities", probabilities);
            return line;
        }
    }

    /** How classes of texts are printed. */
    private enum Format {
        TABLE,
        TSV,
        JSON
    }
}
