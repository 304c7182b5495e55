package io.forestage.words;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.forestage.words.WordVectors.Neighbor;
import io.forestage.words.WordVectors.Query;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.Comparator;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Compared with a sort of all rows by their cosine. */
class NearestRowsTest {

    @ParameterizedTest
    @CsvSource({
        "1, 1, 1",
        "50, 3, 5",
        "30000, 7, 1",
        "20000, 32, 3",
        "900, 301, 300",
        "3, 70000, 2"
    })
    void theFoundRowsAreTheFirstOfAllSorted(int rows, int width, int queries) throws IOException {
        Random random = new Random(rows);
        float[][] table = new float[rows][width];
        for (float[] row : table) {
            for (int i = 0; i < width; i++) {
                row[i] = (float) random.nextGaussian();
            }
        }
        table[rows - 1] = table[0].clone(); // a tie
        List<Query> asked = new ArrayList<>();
        for (int i = 0; i < queries; i++) {
            asked.add(new Query(wide(table[random.nextInt(rows)]), new int[] {i % rows}));
        }
        BitSet allowed = new BitSet();
        allowed.set(0, rows);
        allowed.clear(rows / 2);

        List<List<Neighbor>> found = new NearestRows(of(table), allowed).find(asked, 10);

        assertThat(found).hasSize(queries);
        for (int i = 0; i < queries; i++) {
            assertThat(found.get(i)).isEqualTo(sorted(table, asked.get(i), allowed, 10));
        }
    }

    @Test
    void aRowWithANanIsNearNothingAndHidesNoOther() throws IOException {
        float[][] table = {{Float.NaN, 1}, {Float.NaN, 2}, {1, 0}, {1, 1}, {0, Float.NaN}, {2, 0}};

        assertThat(
                        new NearestRows(of(table), null)
                                .find(List.of(new Query(new double[] {1, 0}, new int[0])), 2)
                                .get(0))
                .containsExactly(new Neighbor(2, 1), new Neighbor(5, 1));
    }

    @Test
    void ofEqualRowsTheFirstComesFirstAndARowOfZerosHasCosineZero() throws IOException {
        float[][] table = {{0, 0}, {2, 0}, {1, 0}, {3, 0}, {-1, 0}};

        assertThat(
                        new NearestRows(of(table), null)
                                .find(List.of(new Query(new double[] {5, 0}, new int[] {1})), 9)
                                .get(0))
                .containsExactly(
                        new Neighbor(2, 1),
                        new Neighbor(3, 1),
                        new Neighbor(0, 0),
                        new Neighbor(4, -1));
    }

    @Test
    void aReadThatFailsInAnyThreadIsTheCallersError() {
        VectorTable broken =
                new VectorTable() {
                    @Override
                    public int rows() {
                        return 100_000;
                    }

                    @Override
                    public int width() {
                        return 8;
                    }

                    @Override
                    public void read(int first, int count, float[] into) throws IOException {
                        throw new IOException("the disk");
                    }
                };

        assertThatThrownBy(
                        () ->
                                new NearestRows(broken, null)
                                        .find(List.of(new Query(new double[8], new int[0])), 1))
                .isInstanceOf(IOException.class)
                .hasMessage("the disk");
    }

    private static List<Neighbor> sorted(float[][] table, Query query, BitSet allowed, int count) {
        List<Neighbor> all = new ArrayList<>();
        for (int row = 0; row < table.length; row++) {
            if (allowed.get(row) && row != query.excluded()[0]) {
                all.add(new Neighbor(row, Geometry.cosine(wide(table[row]), query.vector())));
            }
        }
        all.sort(Comparator.comparingDouble(Neighbor::cosine).reversed());
        return all.subList(0, Math.min(count, all.size()));
    }

    private static double[] wide(float[] row) {
        double[] vector = new double[row.length];
        Arrays.setAll(vector, i -> row[i]);
        return vector;
    }

    private static VectorTable of(float[][] table) {
        return new VectorTable() {
            @Override
            public int rows() {
                return table.length;
            }

            @Override
            public int width() {
                return table[0].length;
            }

            @Override
            public void read(int first, int count, float[] into) {
                for (int i = 0; i < count; i++) {
                    System.arraycopy(table[first + i], 0, into, i * width(), width());
                }
            }
        };
    }
}
