package io.forestage.optim;

import java.nio.FloatBuffer;
import java.util.Arrays;

/**
 * One row on its way through the cache: plain arrays, because loops over these are what the
 * compiler turns into vector instructions.
 */
final class Row {

    final float[] weight;
    final float[] gradient;
    final float[][] state;
    int size;
    final CacheLines lines = new CacheLines();
    private final float[] addend;

    Row(int capacity, int states) {
        weight = new float[capacity];
        gradient = new float[capacity];
        addend = new float[capacity];
        state = new float[states][capacity];
    }

    /** Sums the gradient's rows of one group, in the order of their occurrence. */
    void sumGradient(CpuTable values, RowGroups groups, int group) {
        int begin = groups.begin(group);
        int end = groups.end(group);
        if (begin == end) {
            Arrays.fill(gradient, 0, size, 0f);
            return;
        }
        values.read((long) groups.place(begin) * size, gradient, size);
        for (int i = begin + 1; i < end; i++) {
            if ((i - begin) % 4 == 1) {
                lines.touch(
                        values,
                        place(groups, i, end),
                        place(groups, i + 1, end),
                        place(groups, i + 2, end),
                        place(groups, i + 3, end),
                        size);
            }
            values.read((long) groups.place(i) * size, addend, size);
            add(gradient, addend, size);
        }
    }

    void scaleGradient(StepRunner.GradientScale scale) {
        if (!scale.isIdentity()) {
            scale(gradient, scale.factor(), scale.bound(), size);
        }
    }

    double squaredGradient() {
        double sum = 0;
        for (int i = 0; i < size; i++) {
            sum += (double) gradient[i] * gradient[i];
        }
        return sum;
    }

    /** Where an occurrence's gradient begins, or the group's last one's, should there be none. */
    private long place(RowGroups groups, int occurrence, int end) {
        return (long) groups.place(Math.min(occurrence, end - 1)) * size;
    }

    private static void add(float[] sum, float[] addend, int size) {
        for (int i = 0; i < size; i++) {
            sum[i] += addend[i];
        }
    }

    private static void scale(float[] values, float factor, float bound, int size) {
        for (int i = 0; i < size; i++) {
            values[i] = Math.max(-bound, Math.min(bound, values[i] * factor));
        }
    }

    /**
     * Reads a value of each cache line of four rows side by side, so that the memory works on all
     * of them at the same time. Copied one after the other without this, each waits for its own
     * first lines, which costs a third more, and twice as much where rows are short and their
     * tables larger than the cache.
     */
    static final class CacheLines {

        /** Values in a line of 64 bytes; where lines are longer, some are read twice. */
        private static final int LINE = 16;

        /** What was read goes here, or the compiler would leave the reading out. */
        private float sum;

        /** Four rows of one table, where they begin. */
        void touch(CpuTable table, long first, long second, long third, long fourth, int count) {
            touch(table, first, table, second, table, third, table, fourth, count);
        }

        /** A row of each table, where it begins there. */
        void touch(
                CpuTable first,
                long firstAt,
                CpuTable second,
                long secondAt,
                CpuTable third,
                long thirdAt,
                CpuTable fourth,
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
}
