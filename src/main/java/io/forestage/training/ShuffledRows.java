package io.forestage.training;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;

/** All rows once in each epoch, in an order that the seed and the epoch tell. */
final class ShuffledRows implements StepRows {

    private static final int SHUFFLING = 11;

    private final int rows;
    private final StepOptions options;
    private final long stepsOfAnEpoch;
    private long shuffled = -1;
    private int[] order = new int[0];

    ShuffledRows(int rows, StepOptions options) {
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
            new Mix(options.seed(), SHUFFLING, epoch).shuffle(order);
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
