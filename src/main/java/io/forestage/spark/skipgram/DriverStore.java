package io.forestage.spark.skipgram;

import java.util.Comparator;
import java.util.List;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.api.java.JavaSparkContext;
import org.jspecify.annotations.Nullable;

/** Keeps the rows in the driver's memory, for a training without a folder for checkpoints. */
final class DriverStore implements StepStore {

    private final JavaSparkContext spark;

    DriverStore(JavaSparkContext spark) {
        this.spark = spark;
    }

    @Override
    public Kept keep(int step, JavaRDD<PartRows> trained) {
        List<PartRows> rows =
                trained.collect().stream().sorted(Comparator.comparingInt(PartRows::part)).toList();
        // Added in the parts' order, since the last bits of a sum depend on it.
        return new Kept(
                step,
                spark.parallelize(rows, rows.size()),
                rows.stream().mapToDouble(PartRows::loss).sum(),
                rows.stream().mapToLong(PartRows::pairs).sum());
    }

    @Override
    public @Nullable Kept last() {
        return null;
    }

    @Override
    public void delete() {}
}
