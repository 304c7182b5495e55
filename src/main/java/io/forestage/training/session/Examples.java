package io.forestage.training.session;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import io.forestage.training.StepOptions;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;

/** Rows of data to learn from, by their numbers: each asks for one class or more. */
public interface Examples {

    /** How many rows there are, numbered from 0. */
    int size();

    /** The tokens that rows have together. */
    long tokens(int[] rows);

    /** The classes that rows ask for together: what a mean loss is the mean of. */
    long targets(int[] rows);

    /** What a network takes for rows. */
    NDList inputs(NDManager manager, int[] rows);

    /** The right classes, in the form that the network's {@link Network.Objective} takes. */
    NDArray labels(NDManager manager, int[] rows);

    /** The rows that each step learns from. */
    interface StepRows {

        /** How many steps there are. */
        long steps();

        /** A step's batches, each as large as memory allows at once: rows by their numbers. */
        List<int[]> batches(long step);
    }

    /** All rows once in each epoch, in an order that depends on the seed and the epoch. */
    static final class ShuffledRows implements Examples.StepRows {

        private static final int SHUFFLING = 11;

        private final int rows;
        private final StepOptions options;
        private final long stepsOfAnEpoch;
        private long shuffled = -1;
        private int[] order = new int[0];

        public ShuffledRows(int rows, StepOptions options) {
            this.rows = rows;
            this.options = options;
            long rowsOfAStep = (long) options.batch() * options.accumulate();
            stepsOfAnEpoch = (rows + rowsOfAStep - 1) / rowsOfAStep;
        }

        @Override
        public long steps() {
            return stepsOfAnEpoch * options.epochs();
        }

        @Override
        public List<int[]> batches(long step) {
            long epoch = step / stepsOfAnEpoch;
            if (epoch != shuffled) {
                order = IntStream.range(0, rows).toArray();
                new KeyedRandom(options.seed(), SHUFFLING, epoch).shuffle(order);
                shuffled = epoch;
            }
            long rowsOfAStep = (long) options.batch() * options.accumulate();
            int begin = (int) (step % stepsOfAnEpoch * rowsOfAStep);
            int end = (int) Math.min(rows, begin + rowsOfAStep);
            return cut(Arrays.copyOfRange(order, begin, end), options.batch());
        }

        /** Rows in batches of a size, of which the last may be smaller. */
        static List<int[]> cut(int[] rows, int size) {
            List<int[]> batches = new ArrayList<>();
            for (int begin = 0; begin < rows.length; begin += size) {
                batches.add(Arrays.copyOfRange(rows, begin, Math.min(rows.length, begin + size)));
            }
            return batches;
        }
    }
}
