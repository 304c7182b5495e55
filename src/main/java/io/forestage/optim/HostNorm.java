package io.forestage.optim;

import java.util.stream.DoubleStream;

/**
 * Sums the squares of a gradient in the CPU's memory. The partial sums are added in their order, so
 * that the result is the same bits on any number of threads.
 */
final class HostNorm {

    private static final int BLOCK = HostPass.BLOCK;

    private final Workers workers;

    HostNorm(Workers workers) {
        this.workers = workers;
    }

    double ofRows(HostTable values, RowGroups groups, int width) {
        return sum(
                groups.count(),
                width,
                (row, group) -> {
                    row.size = width;
                    row.sumGradient(values, groups, group);
                });
    }

    double ofAll(HostTable values, long size) {
        return sum(
                Math.toIntExact((size + BLOCK - 1) / BLOCK),
                BLOCK,
                (row, block) -> {
                    long at = (long) block * BLOCK;
                    row.size = (int) Math.min(BLOCK, size - at);
                    values.read(at, row.gradient, row.size);
                });
    }

    /** Reads one part of the gradient into a row. */
    private interface Reader {
        void read(Row row, int part);
    }

    private double sum(int parts, int capacity, Reader reader) {
        double[] sums = new double[parts];
        workers.run(
                parts,
                Math.max(1, HostPass.TASK / Math.max(1, capacity)),
                () -> {
                    Row row = new Row(capacity, 0);
                    return (begin, end) -> {
                        for (int part = begin; part < end; part++) {
                            reader.read(row, part);
                            sums[part] = row.squaredGradient();
                        }
                    };
                });
        return DoubleStream.of(sums).reduce(0, Double::sum);
    }
}
