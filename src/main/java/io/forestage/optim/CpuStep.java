package io.forestage.optim;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import io.forestage.support.Workers;
import io.forestage.torch.HostMemory;
import io.forestage.torch.RowUpdates;
import io.forestage.torch.RowUpdates.Parts;
import java.util.Arrays;
import java.util.stream.DoubleStream;

/** Does optimiser steps in the CPU's memory. */
final class CpuStep {

    private final Workers workers;
    private final RowGroups groups = new RowGroups();

    CpuStep(Workers workers) {
        this.workers = workers;
    }

    void run(
            UpdateRule rule,
            StepRunner.GradientScale scale,
            NDArray weight,
            NDArray gradient,
            RowState state,
            RowUpdates operations) {
        try (NDManager scratch = weight.getManager().newSubManager()) {
            if (gradient.isSparse()) {
                runRows(rule, scale, weight, operations.parts(gradient, scratch), state);
            } else {
                new Pass(workers, rule, scale)
                        .updateAll(
                                CpuTable.of(bare(weight, scratch), Pass.BLOCK),
                                CpuTable.of(bare(gradient, scratch), Pass.BLOCK),
                                state);
            }
        }
    }

    /** Updates rows by the parts of a sparse gradient. */
    void runRows(
            UpdateRule rule,
            StepRunner.GradientScale scale,
            NDArray weight,
            Parts parts,
            RowState state) {
        try (NDManager scratch = weight.getManager().newSubManager()) {
            group(parts, weight.getShape().get(0));
            groups.include(state.moving());
            int width = state.width();
            int[] moving =
                    new Pass(workers, rule, scale)
                            .updateRows(
                                    CpuTable.of(bare(weight, scratch), width),
                                    CpuTable.of(parts.values(), width),
                                    groups,
                                    state);
            state.setMoving(moving);
        }
    }

    double squaredNorm(NDArray gradient, RowUpdates operations) {
        try (NDManager scratch = gradient.getManager().newSubManager()) {
            if (gradient.isSparse()) {
                return squaredNorm(operations.parts(gradient, scratch), gradient.getShape());
            }
            NDArray values = bare(gradient, scratch);
            return new Norm(workers).ofAll(CpuTable.of(values, Pass.BLOCK), gradient.size());
        }
    }

    /** Returns the sum of squares of a sparse gradient of this shape. */
    double squaredNorm(Parts parts, Shape shape) {
        group(parts, shape.get(0));
        int width = Math.toIntExact(shape.get(1));
        return new Norm(workers).ofRows(CpuTable.of(parts.values(), width), groups, width);
    }

    private void group(Parts parts, long rows) {
        groups.group(
                HostMemory.of(parts.ids()).asLongBuffer(),
                Math.toIntExact(parts.ids().size()),
                rows);
    }

    /** Returns a view without gradient in {@code scratch}, where a contiguous copy would be too. */
    private static NDArray bare(NDArray array, NDManager scratch) {
        NDArray bare = array.stopGradient();
        bare.attach(scratch);
        return bare;
    }

    /**
     * One step in the CPU's memory, by several threads: each row of weights, gradient and state is
     * read once, updated in the cache and written once. Rows are independent, so the result has the
     * same bits on any number of threads.
     */
    static final class Pass {

        /** Values per block of a dense parameter; weights, gradient and state fit the L1 cache. */
        static final int BLOCK = 1 << 10;

        /** Values per task: large beside a task's overhead, small enough for even shares. */
        static final int TASK = 1 << 15;

        /** Values of each table that are prefetched at once. */
        private static final int PREFETCH = 1 << 12;

        private final Workers workers;
        private final UpdateRule rule;
        private final StepRunner.GradientScale scale;

        Pass(Workers workers, UpdateRule rule, StepRunner.GradientScale scale) {
            this.workers = workers;
            this.rule = rule;
            this.scale = scale;
        }

        /** Updates the groups' rows; returns, ascending, those that move without a gradient too. */
        int[] updateRows(CpuTable weight, CpuTable gradient, RowGroups groups, RowState state) {
            int width = state.width();
            CpuTable[] tables = state.open(width);
            boolean[] moving = new boolean[groups.count()];
            int ahead = Math.max(1, PREFETCH / width);
            int[] cuts = groups.cut(Math.max(1, TASK / width));
            workers.run(
                    cuts.length - 1,
                    1,
                    () -> {
                        Row row = new Row(width, tables.length);
                        row.size = width;
                        return (begin, end) -> {
                            for (int group = cuts[begin]; group < cuts[end]; group++) {
                                if ((group - cuts[begin]) % ahead == 0) {
                                    int last = Math.min(cuts[end], group + ahead);
                                    prefetch(row, weight, gradient, tables, groups, group, last);
                                }
                                int number = groups.row(group);
                                long at = (long) number * width;
                                row.sumGradient(gradient, groups, group);
                                boolean isNew = state.touched().add(number);
                                open(row, weight, tables, at, isNew, state.initial());
                                moving[group] = rule.update(row);
                                close(row, weight, tables, at);
                            }
                        };
                    });
            return rowsThatMove(groups, moving);
        }

        /** Updates every weight. */
        void updateAll(CpuTable weight, CpuTable gradient, RowState state) {
            boolean isNew = state.touchAll();
            CpuTable[] tables = state.open(BLOCK);
            long size = state.shape().size();
            workers.run(
                    Math.toIntExact((size + BLOCK - 1) / BLOCK),
                    TASK / BLOCK,
                    () -> {
                        Row row = new Row(BLOCK, tables.length);
                        return (begin, end) -> {
                            for (int block = begin; block < end; block++) {
                                long at = (long) block * BLOCK;
                                row.size = (int) Math.min(BLOCK, size - at);
                                gradient.read(at, row.gradient, row.size);
                                open(row, weight, tables, at, isNew, state.initial());
                                rule.update(row);
                                close(row, weight, tables, at);
                            }
                        };
                    });
        }

        /** Prefetches the rows of some groups; of the gradient, each group's first occurrence. */
        private static void prefetch(
                Row row,
                CpuTable weight,
                CpuTable gradient,
                CpuTable[] tables,
                RowGroups groups,
                int begin,
                int end) {
            // Four tables at a time; with fewer tables one is named twice, which costs little.
            CpuTable state1 = tables.length > 0 ? tables[0] : weight;
            CpuTable state2 = tables.length > 1 ? tables[1] : weight;
            for (int group = begin; group < end; group++) {
                long at = (long) groups.row(group) * row.size;
                boolean occurs = groups.begin(group) < groups.end(group);
                CpuTable fourth = occurs ? gradient : weight;
                long fourthAt = occurs ? (long) groups.place(groups.begin(group)) * row.size : at;
                row.prefetcher.read(weight, at, state1, at, state2, at, fourth, fourthAt, row.size);
            }
        }

        private void open(
                Row row,
                CpuTable weight,
                CpuTable[] tables,
                long at,
                boolean isNew,
                float initial) {
            row.scaleGradient(scale);
            weight.read(at, row.weight, row.size);
            for (int i = 0; i < tables.length; i++) {
                if (isNew) {
                    Arrays.fill(row.state[i], 0, row.size, initial);
                } else {
                    tables[i].read(at, row.state[i], row.size);
                }
            }
        }

        private static void close(Row row, CpuTable weight, CpuTable[] tables, long at) {
            weight.write(at, row.weight, row.size);
            for (int i = 0; i < tables.length; i++) {
                tables[i].write(at, row.state[i], row.size);
            }
        }

        private static int[] rowsThatMove(RowGroups groups, boolean[] moving) {
            int[] rows = new int[moving.length];
            int count = 0;
            for (int group = 0; group < moving.length; group++) {
                if (moving[group]) {
                    rows[count++] = groups.row(group);
                }
            }
            return Arrays.copyOf(rows, count);
        }
    }

    /**
     * Sums the squares of a gradient in the CPU's memory. Partial sums are added in a fixed order,
     * so the result has the same bits on any number of threads.
     */
    static final class Norm {

        private static final int BLOCK = CpuStep.Pass.BLOCK;

        private final Workers workers;

        Norm(Workers workers) {
            this.workers = workers;
        }

        double ofRows(CpuTable values, RowGroups groups, int width) {
            return sum(
                    groups.count(),
                    width,
                    (row, group) -> {
                        row.size = width;
                        row.sumGradient(values, groups, group);
                    });
        }

        double ofAll(CpuTable values, long size) {
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
                    Math.max(1, CpuStep.Pass.TASK / Math.max(1, capacity)),
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
}
