package io.forestage.spark.skipgram;

import io.forestage.training.skipgram.SkipGramPlan;
import java.io.IOException;
import java.util.List;
import java.util.stream.IntStream;
import org.apache.spark.HashPartitioner;
import org.apache.spark.api.java.JavaPairRDD;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.broadcast.Broadcast;
import org.apache.spark.storage.StorageLevel;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Runs a plan's steps on a cluster. A round is a stage of Spark's: the task of a part trains its
 * block, and the shuffle that follows moves the context rows on by one part. Center rows go through
 * it too, to their own part: so a stage's rows outlive its tasks, and a task that runs again begins
 * from the same rows. Spark starts the next task where most of its bytes are.
 */
final class ClusterTraining {

    private static final Logger LOG = LoggerFactory.getLogger(ClusterTraining.class);

    private final JavaSparkContext spark;
    private final SkipGramPlan plan;
    private final CorpusShards corpus;

    /** Part i is partition i, since an Integer's hash is itself. */
    private final HashPartitioner byPart;

    ClusterTraining(JavaSparkContext spark, SkipGramPlan plan, CorpusShards corpus) {
        this.spark = spark;
        this.plan = plan;
        this.corpus = corpus;
        byPart = new HashPartitioner(plan.parts());
    }

    /**
     * Trains all steps that the store does not have; returns the rows after the last one.
     *
     * @throws IllegalArgumentException if no step has a pair
     * @throws IllegalStateException if the loss is not finite
     */
    JavaRDD<PartRows> run(StepStore store) throws IOException {
        Broadcast<SharedPlan> shared = spark.broadcast(new SharedPlan(plan));
        try {
            StepStore.Kept kept = store.last();
            long pairs = kept == null ? 0 : kept.pairs();
            for (int step = kept == null ? 0 : kept.step() + 1; step < plan.steps(); step++) {
                kept = step(shared, step, kept, store);
                pairs += kept.pairs();
                requireFinite(step, kept);
                LOG.info(
                        "skip-gram: step {} of {}, mean loss {}",
                        step + 1,
                        plan.steps(),
                        kept.loss() / Math.max(1, kept.pairs()));
            }
            if (kept == null || pairs == 0) {
                throw new IllegalArgumentException(
                        "expected two neighbouring tokens that occur minCount times or more and are"
                            + " kept by sample, found none; give more text, a smaller minCount or a"
                            + " sample of 0");
            }
            return kept.rows();
        } finally {
            shared.destroy();
        }
    }

    private StepStore.Kept step(
            Broadcast<SharedPlan> shared,
            int step,
            StepStore.@Nullable Kept before,
            StepStore store)
            throws IOException {
        JavaRDD<PartPairs> pairs = pairs(shared, step);
        JavaPairRDD<Integer, MovingRows> rows =
                before == null ? initial(shared) : moved(shared, step, before.rows());
        for (int round = 0; round < plan.parts() - 1; round++) {
            StepTask task = new StepTask(shared, step, round);
            rows =
                    JavaPairRDD.fromJavaRDD(
                                    zip(rows, pairs, (own, each) -> task.movedOn(own, each)))
                            .partitionBy(byPart);
        }
        StepTask last = new StepTask(shared, step, plan.parts() - 1);
        JavaRDD<PartRows> trained = zip(rows, pairs, (own, each) -> last.trained(own, each));
        StepStore.Kept kept = store.keep(step, trained);
        pairs.unpersist(false);
        // Else shuffle files stay until the driver collects garbage. The rows are kept elsewhere.
        trained.rdd().cleanShuffleDependencies(false);
        return kept;
    }

    private static <T> JavaRDD<T> zip(
            JavaPairRDD<Integer, MovingRows> rows,
            JavaRDD<PartPairs> pairs,
            org.apache.spark.api.java.function.FlatMapFunction2<
                            java.util.Iterator<scala.Tuple2<Integer, MovingRows>>,
                            java.util.Iterator<PartPairs>,
                            T>
                    task) {
        return rows.zipPartitions(pairs, task);
    }

    /** The pairs of a step, sent to the part of their centers. */
    private JavaRDD<PartPairs> pairs(Broadcast<SharedPlan> shared, int step) {
        StepTask task = new StepTask(shared, step, 0);
        return JavaPairRDD.fromJavaRDD(
                        corpus.share(plan.share(step)).mapPartitionsWithIndex(task::pairs, true))
                .partitionBy(byPart)
                .values()
                .persist(StorageLevel.MEMORY_AND_DISK_SER());
    }

    private JavaPairRDD<Integer, MovingRows> initial(Broadcast<SharedPlan> shared) {
        StepTask task = new StepTask(shared, 0, 0);
        List<Integer> parts = IntStream.range(0, plan.parts()).boxed().toList();
        return spark.parallelize(parts, plan.parts())
                .flatMapToPair(task::initial)
                .partitionBy(byPart);
    }

    /** The rows of the step before, in the partition of a step. */
    private JavaPairRDD<Integer, MovingRows> moved(
            Broadcast<SharedPlan> shared, int step, JavaRDD<PartRows> before) {
        StepTask task = new StepTask(shared, step, 0);
        return before.flatMapToPair(task::leaving)
                .partitionBy(byPart)
                .mapPartitionsToPair(task::arriving, true);
    }

    private static void requireFinite(int step, StepStore.Kept kept) {
        if (!Double.isFinite(kept.loss())) {
            throw new IllegalStateException(
                    "step %d: expected a finite loss, found %s; train with a smaller stepSize"
                            .formatted(step + 1, kept.loss()));
        }
    }
}
