package io.forestage.cli;

import io.forestage.training.ClassifierReport;
import io.forestage.training.ClassifierStart;
import java.io.PrintWriter;
import java.util.List;
import java.util.Locale;

/** What classifiers are worth, a line for each start of their table. */
record ClassifierTable(PrintWriter out) {

    void print(List<ClassifierReport> reports) {
        TextTable table =
                new TextTable(
                        List.of(
                                TextTable.Align.LEFT,
                                TextTable.Align.RIGHT,
                                TextTable.Align.RIGHT,
                                TextTable.Align.RIGHT,
                                TextTable.Align.RIGHT),
                        List.of("table", "accuracy held out", "trained", "loss held out", "time"));
        for (ClassifierReport report : reports) {
            table.add(
                    List.of(
                            name(report.start()),
                            share(report.heldOut().accuracy()),
                            share(report.trained().accuracy()),
                            loss(report.heldOut().loss()),
                            report.last().elapsed().toSeconds() + " s"));
        }
        ClassifierReport any = reports.get(0);
        table.add(List.of("most frequent class", share(any.mostFrequent()), "", "", ""));
        table.print(out);
        if (any.hasSeveralLabels()) {
            out.println(
                    "rows have several labels: accuracy is the share whose likeliest label is one"
                            + " of theirs");
        }
        out.printf(
                Locale.ROOT,
                "%d rows held out, %d trained%n",
                any.heldOut().targets(),
                any.trained().targets());
    }

    static String name(ClassifierStart start) {
        return switch (start) {
            case SCRATCH -> "from scratch";
            case FROZEN -> "pretrained, frozen";
            case FINE_TUNED -> "pretrained, fine-tuned";
        };
    }

    private static String share(double accuracy) {
        return Double.isNaN(accuracy) ? "–" : String.format(Locale.ROOT, "%.1f%%", 100 * accuracy);
    }

    private static String loss(double loss) {
        return Double.isNaN(loss) ? "–" : String.format(Locale.ROOT, "%.4f", loss);
    }
}
