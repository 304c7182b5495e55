package io.forestage.cli;

import ai.djl.modality.Classifications;
import io.forestage.support.Quoted;
import java.io.PrintWriter;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** Prints the classes of texts in one of the formats. */
final class ClassPrinter {

    /** The characters of a text that a table shows. */
    private static final int SHOWN = 60;

    /** Where several labels may be right, those at least as likely as not are. */
    private static final double LIKELY = 0.5;

    private final PrintWriter out;
    private final boolean severalLabels;

    /** Prints the best label of each text, or each that is likely where there may be several. */
    ClassPrinter(PrintWriter out, boolean severalLabels) {
        this.out = out;
        this.severalLabels = severalLabels;
    }

    void print(ClassFormat format, List<String> texts, List<Classifications> results) {
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
                    out.println(JsonLine.of(json(texts.get(i), results.get(i))));
                }
            }
        }
    }

    private void printTable(List<String> texts, List<Classifications> results) {
        TextTable table =
                new TextTable(
                        List.of(TextTable.Align.LEFT, TextTable.Align.RIGHT, TextTable.Align.LEFT),
                        List.of("label", "probability", "text"));
        for (int i = 0; i < texts.size(); i++) {
            Classifications.Classification best = results.get(i).best();
            table.add(
                    List.of(
                            Quoted.whole(String.join(", ", labels(results.get(i)))),
                            String.format(Locale.ROOT, "%.3f", best.getProbability()),
                            TokenText.quoted(beginning(texts.get(i)))));
        }
        table.print(out);
    }

    private static String beginning(String text) {
        return text.codePointCount(0, text.length()) <= SHOWN
                ? text
                : text.substring(0, text.offsetByCodePoints(0, SHOWN)) + "…";
    }

    private List<String> labels(Classifications result) {
        List<String> likely =
                result.<Classifications.Classification>items().stream()
                        .filter(label -> label.getProbability() >= LIKELY)
                        .map(Classifications.Classification::getClassName)
                        .toList();
        return severalLabels && !likely.isEmpty() ? likely : List.of(result.best().getClassName());
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
