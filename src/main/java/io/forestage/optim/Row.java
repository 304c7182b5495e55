package io.forestage.optim;

import java.nio.FloatBuffer;
import java.util.Arrays;

/**
 * The working copy of one row, in plain arrays: the JIT compiler vectorises loops over arrays and
 * not over buffers.
 */
final class Row {

    final float[] weight;
    final float[] gradient;
    final float[][] state;
    int size;
    final Prefetcher prefetcher = new Prefetcher();
    private final float[] addend;

    Row(int capacity, int states) {
        weight = new float[capacity];
        gradient = new float[capacity];
        addend = new float[capacity];
        state = new float[states][capacity];
    }

    /** Sums a group's rows of the gradient, in the order in which they occur. */
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
                prefetcher.read(
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

    /** Returns where an occurrence's gradient starts; past the end, where the last one's does. */
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
     * Prefetches four rows: reads a value of each of their cache lines in turns, so that the memory
     * serves all four at the same time. Without it a step takes a third longer, and twice as long
     * where rows are short and the tables larger than the cache.
     */
    static final class Prefetcher {

        /** Values in a cache line of 64 bytes; longer lines are read twice. */
        private static final int LINE = 16;

        /** Uses the values read, or the compiler would remove the reads. */
        private float sum;

        /** Prefetches four rows of one table, given their starts. */
        void read(CpuTable table, long first, long second, long third, long fourth, int count) {
            read(table, first, table, second, table, third, table, fourth, count);
        }

        /** Prefetches a row of each of four tables, given its start there. */
        void read(
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
            return "prefetcher, sum %s".formatted(sum);
        }
    }
}
