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
                                touch(row, weight, gradient, tables, groups, group, last);
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

    /** Asks for the memory of groups' rows, of the gradient for that of their first occurrence. */
    private static void touch(
            Row row,
            HostTable weight,
            HostTable gradient,
            HostTable[] tables,
            RowGroups groups,
            int begin,
            int end) {
        // Four at a time; with fewer tables, one of them is in the cache already.
        HostTable state1 = tables.length > 0 ? tables[0] : weight;
        HostTable state2 = tables.length > 1 ? tables[1] : weight;
        for (int group = begin; group < end; group++) {
            long at = (long) groups.row(group) * row.size;
            boolean occurs = groups.begin(group) < groups.end(group);
            HostTable fourth = occurs ? gradient : weight;
            long fourthAt = occurs ? (long) groups.place(groups.begin(group)) * row.size : at;
            row.lines.touch(weight, at, state1, at, state2, at, fourth, fourthAt, row.size);
        }
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
