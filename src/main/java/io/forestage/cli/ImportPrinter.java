package io.forestage.cli;

import io.forestage.model.ImportReport;
import io.forestage.support.Quoted;
import io.forestage.weights.TensorEntry;
import java.io.PrintWriter;

/** Says what an import took, what it left, and what it wrote. */
record ImportPrinter(PrintWriter out) {

    void print(ImportReport report) {
        for (TensorEntry table : report.loaded()) {
            out.printf(
                    "loaded    %s %s %s, %s%n",
                    Quoted.whole(table.name()),
                    table.type(),
                    table.shape(),
                    ByteCount.of(table.byteSize()));
        }
        out.printf(
                "left out  %s, %s%s%n",
                tensors(report.unused().size()),
                ByteCount.of(report.unusedBytes()),
                report.unopened().isEmpty()
                        ? ""
                        : "; %s in files that were not opened"
                                .formatted(tensors(report.unopened().size())));
        if (report.cutRows() > 0) {
            out.printf("cut       %d rows of padding%n", report.cutRows());
        }
        out.printf(
                "missing   %s%n",
                report.missing().isEmpty() ? "nothing" : String.join(", ", report.missing()));
        report.sha256().forEach((table, sum) -> out.printf("sha256    %s %s%n", sum, table));
        out.printf(
                "wrote     %s: %s%n",
                Quoted.whole(report.target().toString()),
                Quoted.whole(String.join(", ", report.files())));
    }

    private static String tensors(int count) {
        return count == 1 ? "1 tensor" : count + " tensors";
    }
}
