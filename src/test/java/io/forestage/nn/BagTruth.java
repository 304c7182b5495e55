package io.forestage.nn;

import java.util.Arrays;
import java.util.stream.IntStream;

/** The expected result of a batch of bags, computed in float64. */
final class BagTruth {

    private final BagMode mode;
    private final double[][] table;
    private final int[] ids;
    private final int[] begins;
    private final double[] weights;
    private final long padding;

    /**
     * Makes the expectation of a batch.
     *
     * @param mode how a bag is reduced
     * @param table (V, D)
     * @param ids all bags one after the other
     * @param begins the index of each bag's first id, then the number of ids
     * @param weights one for each id, or none
     * @param padding the row that is left out of every bag, or −1
     */
    BagTruth(
            BagMode mode,
            double[][] table,
            int[] ids,
            int[] begins,
            double[] weights,
            long padding) {
        this.mode = mode;
        this.table = table;
        this.ids = ids;
        this.begins = begins;
        this.weights = weights;
        this.padding = padding;
    }

    /** Makes the expectation of bags from offsets without an end. */
    static BagTruth of(BagMode mode, double[][] table, int[] ids, int[] offsets) {
        int[] begins = Arrays.copyOf(offsets, offsets.length + 1);
        begins[offsets.length] = ids.length;
        return new BagTruth(mode, table, ids, begins, new double[0], -1);
    }

    BagTruth withWeights(double[] other) {
        return new BagTruth(mode, table, ids, begins, other, padding);
    }

    BagTruth withPadding(long other) {
        return new BagTruth(mode, table, ids, begins, weights, other);
    }

    int bags() {
        return begins.length - 1;
    }

    int width() {
        return table[0].length;
    }

    /** Returns the output (B, D), flat. */
    double[] output() {
        double[] output = new double[bags() * width()];
        for (int bag = 0; bag < bags(); bag++) {
            for (int column = 0; column < width(); column++) {
                for (int i : places(bag)) {
                    output[bag * width() + column] += share(bag, i, column) * table[ids[i]][column];
                }
            }
        }
        return output;
    }

    /** Returns the table's gradient of Σ seed · output, (V, D), flat. */
    double[] tableGradient(double[] seed) {
        double[] gradient = new double[table.length * width()];
        double[] vectors = vectorGradient(seed);
        for (int i = 0; i < vectors.length; i++) {
            gradient[ids[i / width()] * width() + i % width()] += vectors[i];
        }
        return gradient;
    }

    /** Returns the gradient of each id's vector before the reduction, (N, D), flat. */
    double[] vectorGradient(double[] seed) {
        double[] gradient = new double[ids.length * width()];
        for (int bag = 0; bag < bags(); bag++) {
            for (int i : places(bag)) {
                for (int column = 0; column < width(); column++) {
                    gradient[i * width() + column] =
                            share(bag, i, column) * seed[bag * width() + column];
                }
            }
        }
        return gradient;
    }

    /** Returns the weights' gradient (N). */
    double[] weightGradient(double[] seed) {
        double[] gradient = new double[ids.length];
        for (int bag = 0; bag < bags(); bag++) {
            for (int i : places(bag)) {
                for (int column = 0; column < width(); column++) {
                    gradient[i] += table[ids[i]][column] * seed[bag * width() + column];
                }
            }
        }
        return gradient;
    }

    /** Returns the factor of a value in the output. */
    private double share(int bag, int place, int column) {
        return switch (mode) {
            case SUM -> weights.length == 0 ? 1 : weights[place];
            case MEAN -> 1.0 / places(bag).length;
            case MAX -> place == firstGreatest(places(bag), column) ? 1 : 0;
        };
    }

    private int firstGreatest(int[] places, int column) {
        int greatest = places[0];
        for (int i : places) {
            greatest = table[ids[i]][column] > table[ids[greatest]][column] ? i : greatest;
        }
        return greatest;
    }

    private int[] places(int bag) {
        return IntStream.range(begins[bag], begins[bag + 1])
                .filter(i -> ids[i] != padding)
                .toArray();
    }
}
