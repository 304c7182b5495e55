package io.forestage.bench;

import ai.djl.ndarray.types.Shape;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;

/** The distributions from which the ids of a batch are drawn. */
public enum Tokens {
    /** As in text: the id at rank r has a probability near 1 / r (Zipf). */
    ZIPF {
        @Override
        long draw(Random random, long rows) {
            return Math.min(
                    rows - 1, (long) Math.exp(random.nextDouble() * Math.log((double) rows)) - 1);
        }
    },
    /** All ids have the same probability. */
    UNIFORM {
        @Override
        long draw(Random random, long rows) {
            return (long) (random.nextDouble() * rows);
        }
    };

    static final Shape BATCH = new Shape(8, 1024);

    private static final int SEED = 42;
    private static final int BATCHES = 16;

    abstract long draw(Random random, long rows);

    /** Returns batches of ids, the same in each call. */
    List<long[]> batches(long rows) {
        return batches(rows, Math.toIntExact(BATCH.size()), BATCHES);
    }

    /** Returns some batches of a number of ids each, the same in each call. */
    public List<long[]> batches(long rows, int size, int count) {
        Random random = new Random(SEED);
        return Stream.generate(
                        () -> {
                            long[] ids = new long[size];
                            for (int i = 0; i < ids.length; i++) {
                                ids[i] = draw(random, rows);
                            }
                            return ids;
                        })
                .limit(count)
                .toList();
    }
}
