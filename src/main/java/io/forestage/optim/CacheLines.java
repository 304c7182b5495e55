package io.forestage.optim;

import java.nio.FloatBuffer;

/**
 * Reads a value of each cache line of four rows side by side, so that the memory works on all of
 * them at the same time. Copied one after the other without this, each waits for its own first
 * lines, which costs a third more, and twice as much where rows are short and their tables larger
 * than the cache.
 */
final class CacheLines {

    /** Values in a line of 64 bytes; where lines are longer, some are read twice. */
    private static final int LINE = 16;

    /** What was read goes here, or the compiler would leave the reading out. */
    private float sum;

    /** Four rows of one table, where they begin. */
    void touch(HostTable table, long first, long second, long third, long fourth, int count) {
        touch(table, first, table, second, table, third, table, fourth, count);
    }

    /** A row of each table, where it begins there. */
    void touch(
            HostTable first,
            long firstAt,
            HostTable second,
            long secondAt,
            HostTable third,
            long thirdAt,
            HostTable fourth,
            long fourthAt,
            int count) {
        FloatBuffer one = first.part(firstAt);
        FloatBuffer two = second.part(secondAt);
        FloatBuffer three = third.part(thirdAt);
        FloatBuffer four = fourth.part(fourthAt);
        int oneAt = first.placeInPart(firstAt);
        int twoAt = second.placeInPart(secondAt);
        int threeAt = third.placeInPart(thirdAt);
        int fourAt = fourth.placeInPart(fourthAt);
        float read = 0;
        for (int i = 0; i < count; i += LINE) {
            read +=
                    one.get(oneAt + i)
                            + two.get(twoAt + i)
                            + three.get(threeAt + i)
                            + four.get(fourAt + i);
        }
        sum += read;
    }

    @Override
    public String toString() {
        return "cache lines, sum " + sum;
    }
}
