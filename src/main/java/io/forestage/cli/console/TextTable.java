package io.forestage.cli.console;

import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.List;

/** Rows of cells in aligned columns. */
public final class TextTable {

    /** How the cells of a column are aligned. */
    public enum Align {
        LEFT,
        RIGHT
    }

    private final List<Align> columns;
    private final List<List<String>> rows = new ArrayList<>();

    /** Makes a table with a header and no rows; each row has a cell for each column. */
    public TextTable(List<Align> columns, List<String> header) {
        this.columns = List.copyOf(columns);
        add(header);
    }

    /** Adds a row. */
    public void add(List<String> cells) {
        rows.add(List.copyOf(cells));
    }

    /** Prints the header and the rows, with columns as wide as their widest cell. */
    public void print(PrintWriter out) {
        int[] widths = widths();
        for (List<String> row : rows) {
            StringBuilder line = new StringBuilder();
            for (int i = 0; i < row.size(); i++) {
                String gap = " ".repeat(widths[i] - width(row.get(i)));
                line.append(i == 0 ? "" : "  ");
                line.append(columns.get(i) == Align.LEFT ? row.get(i) + gap : gap + row.get(i));
            }
            out.println(line.toString().stripTrailing());
        }
    }

    private int[] widths() {
        int[] widths = new int[columns.size()];
        for (List<String> row : rows) {
            for (int i = 0; i < row.size(); i++) {
                widths[i] = Math.max(widths[i], width(row.get(i)));
            }
        }
        return widths;
    }

    /** Returns the number of characters. A terminal may draw some of them two columns wide. */
    private static int width(String cell) {
        return cell.codePointCount(0, cell.length());
    }
}
