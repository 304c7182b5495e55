package io.forestage.spark.skipgram;

import java.io.IOException;
import org.apache.spark.api.java.JavaRDD;
import org.jspecify.annotations.Nullable;

/** Where the rows are kept between steps. There a lineage ends, so that it does not grow. */
interface StepStore {

    /** Computes the rows of a step and keeps them in place of the ones before. */
    Kept keep(int step, JavaRDD<PartRows> trained) throws IOException;

    /** Returns the last step that is kept; null if there is none. */
    @Nullable Kept last() throws IOException;

    /** Deletes what is kept. */
    void delete() throws IOException;

    /**
     * A step's result.
     *
     * @param step the step
     * @param rows the rows of each part
     * @param loss the sum of its pairs' losses
     * @param pairs the number of its pairs
     */
    record Kept(int step, JavaRDD<PartRows> rows, double loss, long pairs) {}
}
