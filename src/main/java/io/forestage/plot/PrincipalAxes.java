package io.forestage.plot;

import io.forestage.support.OptionCheck;

/**
 * Vectors in two dimensions: their coordinates on the two axes along which they differ most, after
 * their mean is taken off (principal component analysis).
 *
 * @param points a point for each vector: its coordinates on the first and the second axis
 * @param shares how much of all variance each of the two axes has, from 0 to 1
 */
// A result that nobody compares.
@SuppressWarnings("ArrayRecordComponent")
public record PrincipalAxes(double[][] points, double[] shares) {

    private static final int MAX_VECTORS = 500;

    /**
     * Projects vectors.
     *
     * @param vectors two or more, at most 500, all of one length
     * @return their points
     * @throws IllegalArgumentException if there are fewer or more
     */
    public static PrincipalAxes of(double[][] vectors) {
        int count = vectors.length;
        OptionCheck.require(
                "vectors",
                "2 to %d vectors".formatted(MAX_VECTORS),
                count,
                count >= 2 && count <= MAX_VECTORS);
        double[][] centered = centered(vectors);
        double[][] products = new double[count][count];
        double variance = 0;
        for (int i = 0; i < count; i++) {
            for (int j = 0; j < count; j++) {
                products[i][j] = dot(centered[i], centered[j]);
            }
            variance += products[i][i];
        }
        // The products' eigenvectors are the coordinates but for a factor, in count² values
        // instead of D².
        SymmetricEigen eigen = new SymmetricEigen(products);
        double[][] points = new double[count][2];
        double[] shares = new double[2];
        for (int axis = 0; axis < 2; axis++) {
            double value = Math.max(0, eigen.value(axis));
            double[] vector = eigen.vector(axis);
            shares[axis] = variance == 0 ? 0 : value / variance;
            for (int i = 0; i < count; i++) {
                points[i][axis] = vector[i] * Math.sqrt(value);
            }
        }
        return new PrincipalAxes(points, shares);
    }

    private static double[][] centered(double[][] vectors) {
        double[][] centered = new double[vectors.length][vectors[0].length];
        for (int k = 0; k < vectors[0].length; k++) {
            double mean = 0;
            for (double[] vector : vectors) {
                mean += vector[k] / vectors.length;
            }
            for (int i = 0; i < vectors.length; i++) {
                centered[i][k] = vectors[i][k] - mean;
            }
        }
        return centered;
    }

    private static double dot(double[] one, double[] other) {
        double sum = 0;
        for (int i = 0; i < one.length; i++) {
            sum += one[i] * other[i];
        }
        return sum;
    }
}
