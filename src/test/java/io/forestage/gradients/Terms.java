package io.forestage.gradients;

import java.util.ArrayList;
import java.util.List;

/**
 * A network whose output is a sum of rows of tables, each times a factor: lookups, bags and
 * positions.
 */
final class Terms implements Reference {

    /** A term in all columns, or one whose factor has no gradient. */
    private static final int NONE = -1;

    private final int outputs;
    private final int width;
    private final double[][][] tables;
    private final int weights;
    private final List<Term> terms = new ArrayList<>();

    /**
     * Creates a network without terms.
     *
     * @param outputs the number of vectors in the output
     * @param width the width D of a vector
     * @param weights the number of factors that require a gradient
     * @param tables the values of the tables, (rows, D) each
     */
    Terms(int outputs, int width, int weights, double[][]... tables) {
        this.outputs = outputs;
        this.width = width;
        this.weights = weights;
        this.tables = tables;
    }

    /**
     * A row of a table times a factor, in one column or in all.
     *
     * @param share the factor of the gradient of the row
     */
    private record Term(
            int output, int table, int row, int column, double factor, double share, int weight) {}

    void add(int output, int table, int row, double factor, double share) {
        terms.add(new Term(output, table, row, NONE, factor, share, NONE));
    }

    void addWeighted(int output, int row, double factor, double share, int weight) {
        terms.add(new Term(output, 0, row, NONE, factor, share, weight));
    }

    void addColumn(int output, int row, int column) {
        terms.add(new Term(output, 0, row, column, 1, 1, NONE));
    }

    @Override
    public double[] output() {
        double[] output = new double[outputs * width];
        for (Term term : terms) {
            double[] row = tables[term.table()][term.row()];
            for (int column = begin(term); column < end(term); column++) {
                output[term.output() * width + column] += term.factor() * row[column];
            }
        }
        return output;
    }

    @Override
    public double[][] gradients(double[] seed) {
        double[][] gradients = new double[tables.length + (weights > 0 ? 1 : 0)][];
        for (int i = 0; i < tables.length; i++) {
            gradients[i] = new double[tables[i].length * width];
        }
        if (weights > 0) {
            gradients[tables.length] = new double[weights];
        }
        for (Term term : terms) {
            double[] row = tables[term.table()][term.row()];
            for (int column = begin(term); column < end(term); column++) {
                double own = seed[term.output() * width + column];
                gradients[term.table()][term.row() * width + column] +=
                        own * term.factor() * term.share();
                if (term.weight() != NONE) {
                    gradients[tables.length][term.weight()] += own * row[column];
                }
            }
        }
        return gradients;
    }

    private int begin(Term term) {
        return term.column() == NONE ? 0 : term.column();
    }

    private int end(Term term) {
        return term.column() == NONE ? width : term.column() + 1;
    }
}
