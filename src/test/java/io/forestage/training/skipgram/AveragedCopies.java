package io.forestage.training.skipgram;

import io.forestage.support.Workers;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.stream.IntStream;

/**
 * Trains copies of the tables, each on its share of the texts, and averages them from time to time:
 * the way of Spark's own Word2Vec, which {@link SkipGramPlan} is compared with. The copies have one
 * learning rate, which falls with the texts that all have seen.
 */
public final class AveragedCopies {

    private final SkipGramOptions options;

    /**
     * A plan of one part for each copy, with a seed of its own: its steps are an epoch's shares of
     * the texts.
     */
    private final List<SkipGramPlan> plans = new ArrayList<>();

    private final int merges;
    private final int[] trained;

    /** The texts of each copy. */
    private final List<List<PackedText>> shards = new ArrayList<>();

    private float[][] centers;
    private float[][] contexts;
    private long bytes;

    /** Prepares some copies, which are averaged {@code merges} times an epoch. */
    public AveragedCopies(
            SkipGramOptions options,
            Collection<long[]> texts,
            int copies,
            int merges,
            int vocabulary) {
        this.options = options;
        this.merges = merges;
        List<PackedText> packed =
                texts.stream().map(ids -> new PackedText(ids, options.seed())).sorted().toList();
        long[] counts = PlanTraining.counts(packed, vocabulary);
        for (int copy = 0; copy < copies; copy++) {
            shards.add(new ArrayList<>());
            plans.add(new SkipGramPlan(withSeed(options.seed() + copy), counts, 1, merges));
        }
        packed.forEach(text -> shards.get(text.shard(copies)).add(text));
        trained = plans.get(0).trained();
        centers = new float[vocabulary][];
        contexts = new float[vocabulary][];
        for (int id : trained) {
            centers[id] = plans.get(0).initialCenter(id);
            contexts[id] = new float[options.dimension()];
        }
    }

    /** Trains; returns the mean loss of the pairs since the last average but one. */
    public double run(int threads) {
        Workers workers = new Workers("copy", threads, () -> {});
        double loss = 0;
        for (int step = 0; step < plans.get(0).steps(); step++) {
            loss = step(step, workers);
        }
        return loss;
    }

    /** Returns the center rows by token id; null for tokens that are not trained. */
    public float[][] centers() {
        return centers;
    }

    /** Returns the bytes that went to the copies and back. */
    public long bytes() {
        return bytes;
    }

    private double step(int step, Workers workers) {
        int copies = shards.size();
        float[][][] centersOf = new float[copies][][];
        float[][][] contextsOf = new float[copies][][];
        SkipGramPlan.Loss[] losses = new SkipGramPlan.Loss[copies];
        workers.run(
                copies,
                copy -> {
                    SkipGramPlan plan = plans.get(copy);
                    int[] members = plan.members(step, 0);
                    float[][] ownCenters = copyOf(centers, members);
                    float[][] ownContexts = copyOf(contexts, members);
                    losses[copy] =
                            plan.train(
                                    step,
                                    0,
                                    0,
                                    ownCenters,
                                    ownContexts,
                                    List.of(pairs(step, copy)));
                    centersOf[copy] = byId(ownCenters, members);
                    contextsOf[copy] = byId(ownContexts, members);
                });
        for (int id : trained) {
            centers[id] = mean(Arrays.stream(centersOf).map(rows -> rows[id]).toList());
            contexts[id] = mean(Arrays.stream(contextsOf).map(rows -> rows[id]).toList());
        }
        bytes += 4L * copies * trained.length * options.dimension() * Float.BYTES;
        return Arrays.stream(losses).mapToDouble(SkipGramPlan.Loss::sum).sum()
                / Arrays.stream(losses).mapToLong(SkipGramPlan.Loss::pairs).sum();
    }

    private byte[] pairs(int step, int copy) {
        StepPairs pairs = plans.get(copy).pairs(step);
        List<PackedText> texts = shards.get(copy);
        int share = step % merges;
        for (int i = share; i < texts.size(); i += merges) {
            pairs.add(texts.get(i), 0);
        }
        return pairs.ofBlock(0, 0);
    }

    private static float[][] copyOf(float[][] rows, int[] members) {
        return IntStream.of(members).mapToObj(id -> rows[id].clone()).toArray(float[][]::new);
    }

    private float[][] byId(float[][] rows, int[] members) {
        float[][] byId = new float[centers.length][];
        for (int i = 0; i < members.length; i++) {
            byId[members[i]] = rows[i];
        }
        return byId;
    }

    private SkipGramOptions withSeed(long seed) {
        return new SkipGramOptions(
                options.dimension(),
                options.window(),
                options.negatives(),
                options.epochs(),
                options.sample(),
                options.learningRate(),
                options.minCount(),
                seed);
    }

    private static float[] mean(List<float[]> rows) {
        float[] mean = new float[rows.get(0).length];
        for (float[] row : rows) {
            for (int i = 0; i < mean.length; i++) {
                mean[i] += row[i] / rows.size();
            }
        }
        return mean;
    }
}
