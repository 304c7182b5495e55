package io.forestage.training.session;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import io.forestage.training.StepOptions;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;

/** Rows of training data, numbered from 0. A row has one or more targets, each to be predicted. */
public interface Examples {

    /** Returns the number of rows. */
    int size();

    /** Returns the number of tokens that rows have together. */
    long tokens(int[] rows);

    /**
     * Returns the number of targets that rows have together: a mean loss is the mean over these.
     */
    long targets(int[] rows);

    /** Returns the network's inputs for rows. */
    NDList inputs(NDManager manager, int[] rows);

    /** Returns the rows' labels in the form that the network's {@link Network.Objective} takes. */
    NDArray labels(NDManager manager, int[] rows);

    /** The rows of each step. */
    interface StepRows {

        /** Returns the number of steps. */
        long steps();

        /**
         * Returns a step's batches, each a list of row numbers for one forward and backward pass.
         */
        List<int[]> batches(long step);
    }

    /** Takes each row once an epoch, in an order that depends only on the seed and the epoch. */
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

        /** Cuts rows into batches; the last one may be smaller than {@code size}. */
        static List<int[]> cut(int[] rows, int size) {
            List<int[]> batches = new ArrayList<>();
            for (int begin = 0; begin < rows.length; begin += size) {
                batches.add(Arrays.copyOfRange(rows, begin, Math.min(rows.length, begin + size)));
            }
            return batches;
        }
    }
}
