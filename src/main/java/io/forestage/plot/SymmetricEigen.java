package io.forestage.plot;

import java.util.stream.IntStream;

/**
 * The eigenvalues and eigenvectors of a symmetric matrix by Jacobi's rotations: exact to rounding,
 * the same bits on every machine. Each vector's largest component is positive, so that a picture
 * does not flip.
 *
 * <p><b>Source.</b> Golub and Van Loan, <i>Matrix Computations</i>, section 8.5.
 */
final class SymmetricEigen {

    private static final int MAX_SWEEPS = 60;

    /** Below this share of the diagonal, what is beside it changes no digit. */
    private static final double SMALL = 1e-15;

    private final double[][] matrix;
    private final double[][] vectors;
    private final int[] order;

    /** Decomposes a matrix, of which a copy is made. */
    SymmetricEigen(double[][] symmetric) {
        int n = symmetric.length;
        matrix = new double[n][];
        vectors = new double[n][n];
        for (int i = 0; i < n; i++) {
            matrix[i] = symmetric[i].clone();
            vectors[i][i] = 1;
        }
        for (int sweep = 0; sweep < MAX_SWEEPS && !isDiagonal(); sweep++) {
            for (int p = 0; p < n - 1; p++) {
                for (int q = p + 1; q < n; q++) {
                    rotate(p, q);
                }
            }
        }
        order =
                IntStream.range(0, n)
                        .boxed()
                        .sorted((i, j) -> Double.compare(matrix[j][j], matrix[i][i]))
                        .mapToInt(Integer::intValue)
                        .toArray();
    }

    /** Returns an eigenvalue; the largest one has rank 0. */
    double value(int rank) {
        int i = order[rank];
        return matrix[i][i];
    }

    /** Returns the unit eigenvector of an eigenvalue. */
    double[] vector(int rank) {
        // Row i of the table is eigenvector i: a rotation then works on whole rows.
        double[] vector = vectors[order[rank]].clone();
        double largest = 0;
        for (double value : vector) {
            largest = Math.abs(value) > Math.abs(largest) ? value : largest;
        }
        for (int i = 0; largest < 0 && i < vector.length; i++) {
            vector[i] = -vector[i];
        }
        return vector;
    }

    private boolean isDiagonal() {
        double beside = 0;
        double all = 0;
        for (int i = 0; i < matrix.length; i++) {
            for (int j = 0; j < matrix.length; j++) {
                double square = matrix[i][j] * matrix[i][j];
                all += square;
                beside += i == j ? 0 : square;
            }
        }
        return beside <= SMALL * SMALL * all;
    }

    private void rotate(int p, int q) {
        double beside = matrix[p][q];
        if (beside == 0) {
            return;
        }
        double theta = (matrix[q][q] - matrix[p][p]) / (2 * beside);
        double tangent = (theta < 0 ? -1 : 1) / (Math.abs(theta) + Math.sqrt(theta * theta + 1));
        double cosine = 1 / Math.sqrt(tangent * tangent + 1);
        double sine = tangent * cosine;
        for (int k = 0; k < matrix.length; k++) {
            double first = matrix[k][p];
            double second = matrix[k][q];
            matrix[k][p] = cosine * first - sine * second;
            matrix[k][q] = sine * first + cosine * second;
        }
        turn(matrix[p], matrix[q], cosine, sine);
        turn(vectors[p], vectors[q], cosine, sine);
        matrix[p][q] = 0;
        matrix[q][p] = 0;
    }

    private static void turn(double[] one, double[] other, double cosine, double sine) {
        for (int k = 0; k < one.length; k++) {
            double first = one[k];
            double second = other[k];
            one[k] = cosine * first - sine * second;
            other[k] = sine * first + cosine * second;
        }
    }
}
