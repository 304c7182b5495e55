package io.forestage.words;

import io.forestage.support.Workers;
import io.forestage.words.WordVectors.Neighbor;
import io.forestage.words.WordVectors.Query;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Finds the rows of a table with the highest cosines, by comparing all of them. Rows are read in
 * blocks, and each block is compared with all queries while it is in the processor's cache.
 *
 * <p>Cosines are computed as float32 first. The best of each query, and a few more, are computed
 * again as float64 and sorted by that, so that rounding does not change the order.
 */
final class NearestRows {

    /** The values of a block: it and the queries fit into a core's cache. */
    private static final int BLOCK = 1 << 16;

    /** Queries that are compared with a block at once. */
    private static final int TOGETHER = 128;

    /** Rows beyond those asked for whose order is decided as float64. */
    private static final int SPARE = 4;

    private static final Comparator<Neighbor> ORDER =
            Comparator.comparingDouble(Neighbor::cosine).reversed().thenComparingInt(Neighbor::row);

    private final VectorTable table;
    private final @Nullable BitSet allowed;

    NearestRows(VectorTable table, @Nullable BitSet allowed) {
        this.table = table;
        this.allowed = allowed;
    }

    List<List<Neighbor>> find(List<Query> queries, int count) throws IOException {
        List<List<Neighbor>> found = new ArrayList<>();
        for (int start = 0; start < queries.size(); start += TOGETHER) {
            found.addAll(
                    together(
                            queries.subList(start, Math.min(queries.size(), start + TOGETHER)),
                            count));
        }
        return found;
    }

    private List<List<Neighbor>> together(List<Query> queries, int count) throws IOException {
        int limit = (int) Math.min(table.rows(), (long) count + SPARE);
        int blockRows = Math.max(1, BLOCK / table.width());
        int blocks = (table.rows() + blockRows - 1) / blockRows;
        float[] columns = columns(queries);
        List<Best[]> all = new ArrayList<>();
        Workers workers =
                new Workers(
                        "forestage-nearest", Runtime.getRuntime().availableProcessors(), () -> {});
        try {
            workers.run(
                    blocks,
                    1,
                    () -> {
                        Best[] best = new Best[queries.size()];
                        Arrays.setAll(best, i -> new Best(limit, queries.get(i).excluded()));
                        synchronized (all) {
                            all.add(best);
                        }
                        float[] rows = new float[blockRows * table.width()];
                        float[] dots = new float[queries.size()];
                        return (begin, end) -> {
                            for (int block = begin; block < end; block++) {
                                int first = block * blockRows;
                                int size = Math.min(blockRows, table.rows() - first);
                                compare(first, size, rows, columns, dots, best);
                            }
                        };
                    });
        } catch (UncheckedIOException e) {
            throw Objects.requireNonNull(e.getCause());
        } catch (IllegalStateException e) {
            throw unwrapped(e);
        }
        List<List<Neighbor>> found = new ArrayList<>();
        for (int i = 0; i < queries.size(); i++) {
            List<Neighbor> candidates = new ArrayList<>();
            for (Best[] ofOneThread : all) {
                candidates.addAll(ofOneThread[i].rows());
            }
            candidates.sort(ORDER);
            found.add(
                    ranked(
                            candidates.subList(0, Math.min(limit, candidates.size())),
                            queries.get(i).vector(),
                            count));
        }
        return found;
    }

    /** A worker's own exception, as if the caller's thread had thrown it. */
    private static IOException unwrapped(IllegalStateException failed) {
        if (failed.getCause() instanceof UncheckedIOException io) {
            return Objects.requireNonNull(io.getCause());
        }
        if (failed.getCause() instanceof RuntimeException own) {
            throw own;
        }
        throw failed;
    }

    /** Sorts the candidates by their cosine as float64. */
    private List<Neighbor> ranked(List<Neighbor> candidates, double[] query, int count)
            throws IOException {
        List<Neighbor> exact = new ArrayList<>();
        float[] row = new float[table.width()];
        double[] vector = new double[row.length];
        for (Neighbor each : candidates) {
            table.read(each.row(), 1, row);
            Arrays.setAll(vector, i -> row[i]);
            exact.add(new Neighbor(each.row(), Geometry.cosine(vector, query)));
        }
        exact.sort(ORDER);
        return List.copyOf(exact.subList(0, Math.min(count, exact.size())));
    }

    private void compare(
            int first, int size, float[] rows, float[] columns, float[] dots, Best[] best) {
        try {
            table.read(first, size, rows);
        } catch (IOException e) {
            throw new UncheckedIOException(e.getMessage(), e);
        }
        for (int i = 0; i < size; i++) {
            if (allowed != null && !allowed.get(first + i)) {
                continue;
            }
            double norm = dots(rows, i * table.width(), columns, dots);
            for (int query = 0; query < dots.length; query++) {
                best[query].offer(first + i, (float) (dots[query] / norm));
            }
        }
    }

    /** Computes a row's product with each query, and returns the row's norm. */
    private double dots(float[] rows, int offset, float[] columns, float[] dots) {
        Arrays.fill(dots, 0);
        int queries = dots.length;
        int width = table.width();
        double squares = 0;
        int i = 0;
        for (; i + 4 <= width; i += 4) {
            float a = rows[offset + i];
            float b = rows[offset + i + 1];
            float c = rows[offset + i + 2];
            float d = rows[offset + i + 3];
            squares += (double) a * a + (double) b * b + ((double) c * c + (double) d * d);
            add(dots, columns, i * queries, a, b, c, d);
        }
        for (; i < width; i++) {
            float a = rows[offset + i];
            squares += (double) a * a;
            for (int query = 0; query < queries; query++) {
                dots[query] += a * columns[i * queries + query];
            }
        }
        return Math.max(Math.sqrt(squares), Geometry.MIN_NORM);
    }

    /** A loop of its own, which the compiler turns into vector instructions. */
    private static void add(
            float[] dots, float[] columns, int from, float a, float b, float c, float d) {
        int n = dots.length;
        int second = from + n;
        int third = second + n;
        int fourth = third + n;
        for (int i = 0; i < n; i++) {
            dots[i] +=
                    a * columns[from + i]
                            + b * columns[second + i]
                            + (c * columns[third + i] + d * columns[fourth + i]);
        }
    }

    /** The queries scaled to length 1, D × the number of queries. */
    private float[] columns(List<Query> queries) {
        int count = queries.size();
        float[] columns = new float[table.width() * count];
        for (int query = 0; query < count; query++) {
            double[] vector = queries.get(query).vector();
            double norm = Math.max(Geometry.norm(vector), Geometry.MIN_NORM);
            for (int i = 0; i < vector.length; i++) {
                columns[i * count + query] = (float) (vector[i] / norm);
            }
        }
        return columns;
    }

    /** The best rows of a query so far: a heap with the worst of them at its root. */
    private static final class Best {

        private final int[] excluded;
        private final int[] rows;
        private final float[] cosines;
        private int size;

        Best(int limit, int[] excluded) {
            this.excluded = excluded;
            rows = new int[limit];
            cosines = new float[limit];
        }

        /** A row with a NaN is near nothing. */
        void offer(int row, float cosine) {
            boolean isFull = size == rows.length;
            if (Float.isNaN(cosine) || (isFull && !isWorse(cosines[0], rows[0], cosine, row))) {
                return;
            }
            for (int each : excluded) {
                if (each == row) {
                    return;
                }
            }
            if (size < rows.length) {
                up(size++, row, cosine);
            } else {
                down(row, cosine);
            }
        }

        List<Neighbor> rows() {
            List<Neighbor> all = new ArrayList<>();
            for (int i = 0; i < size; i++) {
                all.add(new Neighbor(rows[i], cosines[i]));
            }
            return all;
        }

        private static boolean isWorse(float cosine, int row, float than, int thanRow) {
            return cosine < than || (cosine == than && row > thanRow);
        }

        private void up(int from, int row, float cosine) {
            int at = from;
            while (at > 0) {
                int parent = (at - 1) / 2;
                if (isWorse(cosines[parent], rows[parent], cosine, row)) {
                    break;
                }
                rows[at] = rows[parent];
                cosines[at] = cosines[parent];
                at = parent;
            }
            rows[at] = row;
            cosines[at] = cosine;
        }

        private void down(int row, float cosine) {
            int at = 0;
            while (2 * at + 1 < size) {
                int child = 2 * at + 1;
                if (child + 1 < size
                        && isWorse(
                                cosines[child + 1], rows[child + 1], cosines[child], rows[child])) {
                    child++;
                }
                if (!isWorse(cosines[child], rows[child], cosine, row)) {
                    break;
                }
                rows[at] = rows[child];
                cosines[at] = cosines[child];
                at = child;
            }
            rows[at] = row;
            cosines[at] = cosine;
        }
    }
}
