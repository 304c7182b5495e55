package io.forestage.cli.plot;

import io.forestage.cli.console.ModelOption;
import io.forestage.model.ModelFolder;
import io.forestage.plot.ModelTable;
import io.forestage.plot.Picture;
import io.forestage.plot.TableCharts;
import io.forestage.plot.TableStatistics;
import io.forestage.weights.Gpt2Table;
import java.io.IOException;
import java.nio.file.Path;
import java.util.BitSet;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** {@code plot table}: a table's norms and spectrum. */
@Command(
        name = "table",
        description =
                "Draw the histogram of the norms of the token table's rows, and its spectrum: how"
                        + " much of the variance lies along each principal axis. Rows without"
                        + " training are left out.",
        footerHeading = "%nExamples:%n",
        footer = "  forestage plot table --model models/nano --output table.svg")
final class TableCommand implements Callable<Integer> {

    @Spec private CommandSpec spec;

    @Mixin private ModelOption model;

    @Mixin private OutputOption output;

    @Override
    public Integer call() throws IOException {
        output.write(spec, this::draw);
        return 0;
    }

    private Picture draw() throws IOException {
        Path folder = model.folder();
        BitSet known = ModelFolder.open(folder).trainedTokens().orElse(null);
        Statistics statistics = new Statistics(known);
        boolean found =
                ModelTable.read(
                        folder, model.options().tableNames(), Gpt2Table.WTE, statistics::add);
        TableStatistics table = statistics.table;
        if (!found || table == null) {
            throw new IOException(
                    "%s: expected a token table, found none; name a model that has one"
                            .formatted(folder));
        }
        double[] norms = table.norms();
        return TableCharts.histogram("Norms of %,d rows".formatted(norms.length), norms)
                .beside(TableCharts.spectrum("Spectrum", table.spectrum()));
    }

    /** Begins with the first row, which has the table's width. */
    private static final class Statistics {

        private final @Nullable BitSet known;
        private @Nullable TableStatistics table;

        Statistics(@Nullable BitSet known) {
            this.known = known;
        }

        void add(float[] row) {
            TableStatistics current = table;
            if (current == null) {
                current = new TableStatistics(row.length, known);
                table = current;
            }
            current.add(row);
        }
    }
}
