package io.forestage.plot;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.BitSet;
import java.util.Random;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.Test;

/** Principal axes and spectra against known ones. */
class PrincipalAxesTest {

    private static final Offset<Double> ROUNDING = within(1e-12);

    @Test
    void pointsOnAPlaneKeepTheirDistances() {
        // A rectangle of 6 by 2, turned and moved in three dimensions.
        double[][] vectors = {{1, 5, 0}, {1, 5, 6}, {3, 5, 0}, {3, 5, 6}};

        PrincipalAxes axes = PrincipalAxes.of(vectors);

        assertThat(axes.shares()[0]).isEqualTo(0.9, ROUNDING);
        assertThat(axes.shares()[1]).isEqualTo(0.1, ROUNDING);
        for (int i = 0; i < vectors.length; i++) {
            for (int j = 0; j < vectors.length; j++) {
                assertThat(distance(axes.points()[i], axes.points()[j]))
                        .isEqualTo(distance(vectors[i], vectors[j]), within(1e-9));
            }
        }
    }

    @Test
    void anAxisPointsToItsLargestCoordinate() {
        double[][] vectors = {{0, 0}, {-1, 0}, {-9, 0}};
        double[][] mirrored = {{0, 0}, {1, 0}, {9, 0}};

        assertThat(PrincipalAxes.of(vectors).points()[2][0]).isPositive();
        assertThat(PrincipalAxes.of(mirrored).points()[2][0]).isPositive();
    }

    @Test
    void equalVectorsHaveOnePoint() {
        PrincipalAxes axes = PrincipalAxes.of(new double[][] {{1, 2}, {1, 2}, {1, 2}});
        assertThat(axes.shares()).containsExactly(0, 0);
        assertThat(axes.points()[1]).containsExactly(0, 0);
    }

    @Test
    void oneVectorIsRefused() {
        assertThatThrownBy(() -> PrincipalAxes.of(new double[1][3]))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("2 to 500");
    }

    @Test
    void eigenvectorsAreThoseOfTheMatrix() {
        Random random = new Random(5);
        int n = 12;
        double[][] matrix = new double[n][n];
        for (int i = 0; i < n; i++) {
            for (int j = 0; j <= i; j++) {
                matrix[i][j] = random.nextGaussian();
                matrix[j][i] = matrix[i][j];
            }
        }
        SymmetricEigen eigen = new SymmetricEigen(matrix);
        for (int rank = 0; rank < n; rank++) {
            double[] vector = eigen.vector(rank);
            for (int i = 0; i < n; i++) {
                double product = 0;
                for (int j = 0; j < n; j++) {
                    product += matrix[i][j] * vector[j];
                }
                assertThat(product).isEqualTo(eigen.value(rank) * vector[i], within(1e-10));
            }
            assertThat(rank == 0 || eigen.value(rank - 1) >= eigen.value(rank)).isTrue();
        }
    }

    @Test
    void statisticsAreThoseOfTheKnownRows() {
        BitSet known = new BitSet();
        known.set(1, 5);
        TableStatistics table = new TableStatistics(2, known);
        for (float[] row : new float[][] {{99, 99}, {3, 4}, {3, -4}, {-3, 4}, {-3, -4}, {99, 0}}) {
            table.add(row);
        }

        assertThat(table.norms()).containsExactly(5, 5, 5, 5);
        assertThat(table.spectrum()[0]).isEqualTo(16 / 25.0, ROUNDING);
        assertThat(table.spectrum()[1]).isEqualTo(9 / 25.0, ROUNDING);
    }

    private static double distance(double[] one, double[] other) {
        double sum = 0;
        for (int i = 0; i < one.length; i++) {
            sum += (one[i] - other[i]) * (one[i] - other[i]);
        }
        return Math.sqrt(sum);
    }
}
