package io.forestage.optim;

import java.util.Arrays;

/**
 * One step in the CPU's memory: each row of weights, gradient and state is read once, updated in
 * the cache and written once, by several threads. Rows do not depend on each other, so the bits do
 * not depend on the threads.
 */
final class HostPass {

    /** Values of a dense parameter at a time: with gradient and state they fit the first cache. */
    static final int BLOCK = 1 << 10;

    /** Values that a thread takes: enough to outweigh taking them, few enough to share evenly. */
    static final int TASK = 1 << 15;

    /** Values of each table whose memory is asked for before they are worked on. */
    private static final int AHEAD = 1 << 12;

    private final Workers workers;
    private final RowRule rule;
    private final GradientScale scale;

    HostPass(Workers workers, RowRule rule, GradientScale scale) {
        this.workers = workers;
        this.rule = rule;
        this.scale = scale;
    }

    /** Updates the rows of the groups; gives those, ascending, that still move. */
    int[] updateRows(HostTable weight, HostTable gradient, RowGroups groups, RowState state) {
        int width = state.width();
        HostTable[] tables = state.open(width);
        boolean[] moving = new boolean[groups.count()];
        int ahead = Math.max(1, AHEAD / width);
        workers.run(
                groups.count(),
                Math.max(1, TASK / width),
                () -> {
                    Row row = new Row(width, tables.length);
                    row.size = width;
                    CacheLines lines = new CacheLines(weight, gradient, tables);
                    return (begin, end) -> {
                        for (int group = begin; group < end; group++) {
                            if ((group - begin) % ahead == 0) {
                                lines.touch(groups, group, Math.min(end, group + ahead), width);
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
    void updateAll(HostTable weight, HostTable gradient, RowState state) {
        boolean isNew = state.touchAll();
        HostTable[] tables = state.open(BLOCK);
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

    private void open(
            Row row, HostTable weight, HostTable[] tables, long at, boolean isNew, float initial) {
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

    private static void close(Row row, HostTable weight, HostTable[] tables, long at) {
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
