package io.forestage.plot;

import java.util.Arrays;
import java.util.BitSet;
import org.jspecify.annotations.Nullable;

/**
 * The norms of a table's rows, and the spectrum of its columns: how much of all variance lies along
 * each principal axis.
 */
public final class TableStatistics {

    private final @Nullable BitSet known;
    private final double[][] products;
    private final double[] sums;
    private double[] norms = new double[1024];
    private int rows;
    private int counted;

    /**
     * Begins with no rows.
     *
     * @param width D
     * @param known the rows to count; null for all
     */
    public TableStatistics(int width, @Nullable BitSet known) {
        this.known = known;
        products = new double[width][width];
        sums = new double[width];
    }

    /**
     * Adds the next row.
     *
     * @param row D values
     */
    public void add(float[] row) {
        int index = rows++;
        if (known != null && !known.get(index)) {
            return;
        }
        double square = 0;
        for (int i = 0; i < row.length; i++) {
            double value = row[i];
            square += value * value;
            sums[i] += value;
            addScaled(products[i], row, value, i + 1);
        }
        if (counted == norms.length) {
            norms = Arrays.copyOf(norms, 2 * counted);
        }
        norms[counted++] = Math.sqrt(square);
    }

    /** Returns the norm of each row that was counted. */
    public double[] norms() {
        return Arrays.copyOf(norms, counted);
    }

    /** Returns the share of the variance on each principal axis, the largest first. */
    public double[] spectrum() {
        int width = sums.length;
        double[][] covariance = new double[width][width];
        double variance = 0;
        for (int i = 0; i < width; i++) {
            for (int j = 0; j <= i; j++) {
                double value = products[i][j] - sums[i] * sums[j] / Math.max(1, counted);
                covariance[i][j] = value;
                covariance[j][i] = value;
            }
            variance += covariance[i][i];
        }
        SymmetricEigen eigen = new SymmetricEigen(covariance);
        double[] shares = new double[width];
        for (int i = 0; i < width; i++) {
            shares[i] = variance == 0 ? 0 : Math.max(0, eigen.value(i)) / variance;
        }
        return shares;
    }

    private static void addScaled(double[] to, float[] row, double factor, int count) {
        for (int i = 0; i < count; i++) {
            to[i] += factor * row[i];
        }
    }
}
