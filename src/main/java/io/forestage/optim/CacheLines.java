package io.forestage.optim;

import java.nio.FloatBuffer;

/**
 * Reads a value of each cache line of rows in all their tables side by side, so that the memory
 * works on all of them at the same time. Copied one after the other without this, each waits for
 * its own first lines, which costs a third more, and twice as much where rows are short and their
 * tables larger than the cache.
 */
final class CacheLines {

    /** Values in a line of 64 bytes; where lines are longer, some are read twice. */
    private static final int LINE = 16;

    private final HostTable weight;
    private final HostTable gradient;
    private final HostTable first;
    private final HostTable second;

    /** What was read goes here, or the compiler would leave the reading out. */
    private float sum;

    CacheLines(HostTable weight, HostTable gradient, HostTable... states) {
        this.weight = weight;
        this.gradient = gradient;
        // The loop is for four tables; with fewer, one is in the cache already.
        first = states.length > 0 ? states[0] : weight;
        second = states.length > 1 ? states[1] : weight;
    }

    /** Touches the rows of some groups, of the gradient those of their first occurrence. */
    void touch(RowGroups groups, int begin, int end, int width) {
        for (int group = begin; group < end; group++) {
            boolean occurs = groups.begin(group) < groups.end(group);
            long place = occurs ? groups.place(groups.begin(group)) : 0;
            touch((long) groups.row(group) * width, place * width, width);
        }
    }

    private void touch(long at, long gradientAt, int count) {
        sum +=
                sum(
                        weight.part(at),
                        first.part(at),
                        second.part(at),
                        weight.placeInPart(at),
                        gradient.part(gradientAt),
                        gradient.placeInPart(gradientAt),
                        count);
    }

    @Override
    public String toString() {
        return "cache lines, sum " + sum;
    }

    private static float sum(
            FloatBuffer weight,
            FloatBuffer first,
            FloatBuffer second,
            int at,
            FloatBuffer gradient,
            int gradientAt,
            int count) {
        float sum = 0;
        for (int i = 0; i < count; i += LINE) {
            sum +=
                    weight.get(at + i)
                            + first.get(at + i)
                            + second.get(at + i)
                            + gradient.get(gradientAt + i);
        }
        return sum;
    }
}
