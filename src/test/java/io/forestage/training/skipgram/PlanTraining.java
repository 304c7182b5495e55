package io.forestage.training.skipgram;

import io.forestage.support.Workers;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.stream.IntStream;

/** Runs a {@link SkipGramPlan} in one process, each task after the other or on some threads. */
public final class PlanTraining {

    private final SkipGramPlan plan;
    private final Workers workers;

    /** The texts of each slice, in order; a share has {@code slices} of them. */
    private final List<List<PackedText>> shards = new ArrayList<>();

    private final int slices;

    private float[][][] centers;
    private float[][][] contexts;

    /** The bytes that moved from one part's task to another's, as rows and as pairs. */
    private long rowBytes;

    private long pairBytes;

    /** Prepares a training with the texts of a step in some slices. */
    public PlanTraining(SkipGramPlan plan, Collection<PackedText> texts, int slices, int threads) {
        this.plan = plan;
        this.slices = slices;
        workers = new Workers("plan", threads, () -> {});
        int epoch = shares(plan);
        for (int i = 0; i < epoch * slices; i++) {
            shards.add(new ArrayList<>());
        }
        texts.forEach(text -> shards.get(text.shard(shards.size())).add(text));
        shards.forEach(shard -> shard.sort(null));
        int parts = plan.parts();
        centers = new float[parts][][];
        contexts = new float[parts][][];
        for (int part = 0; part < parts; part++) {
            int[] ids = plan.members(0, part);
            centers[part] =
                    Arrays.stream(ids).mapToObj(plan::initialCenter).toArray(float[][]::new);
            contexts[part] =
                    Arrays.stream(centers[part])
                            .map(row -> new float[row.length])
                            .toArray(float[][]::new);
        }
    }

    /** Returns the texts' counts. */
    public static long[] counts(Collection<PackedText> texts, int vocabulary) {
        long[] counts = new long[vocabulary];
        texts.forEach(text -> text.count(counts));
        return counts;
    }

    private static int shares(SkipGramPlan plan) {
        int shares = 1;
        while (shares < plan.steps() && plan.share(shares) != 0) {
            shares++;
        }
        return shares;
    }

    /** Trains all steps; returns the mean loss of the last one. */
    public double run() {
        double loss = 0;
        for (int step = 0; step < plan.steps(); step++) {
            loss = step(step);
        }
        return loss;
    }

    /** Returns the center rows by token id; null for tokens that are not trained. */
    public float[][] rows(int vocabulary) {
        return byId(centers, vocabulary);
    }

    /** Returns the context rows, likewise. */
    public float[][] contextRows(int vocabulary) {
        return byId(contexts, vocabulary);
    }

    public long rowBytes() {
        return rowBytes;
    }

    public long pairBytes() {
        return pairBytes;
    }

    private float[][] byId(float[][][] parts, int vocabulary) {
        float[][] rows = new float[vocabulary][];
        for (int part = 0; part < plan.parts(); part++) {
            int[] ids = plan.members(plan.steps() - 1, part);
            for (int i = 0; i < ids.length; i++) {
                rows[ids[i]] = parts[part][i];
            }
        }
        return rows;
    }

    private double step(int step) {
        int parts = plan.parts();
        if (step > 0) {
            centers = moved(step, centers);
            contexts = moved(step, contexts);
        }
        StepPairs[] pairs = new StepPairs[slices];
        workers.run(slices, i -> pairs[i] = pairs(step, i));
        double[] loss = new double[parts];
        long[] count = new long[parts];
        for (int round = 0; round < parts; round++) {
            int r = round;
            workers.run(
                    parts,
                    part -> {
                        int other = plan.contextPart(part, r);
                        List<byte[]> own =
                                Arrays.stream(pairs)
                                        .map(each -> each.ofBlock(part, other))
                                        .toList();
                        SkipGramPlan.Loss done =
                                plan.train(step, r, part, centers[part], contexts[other], own);
                        loss[part] += done.sum();
                        count[part] += done.pairs();
                        synchronized (this) {
                            own.forEach(packed -> pairBytes += packed.length);
                            rowBytes += 4L * contexts[other].length * contexts[other][0].length;
                        }
                    });
        }
        return Arrays.stream(loss).sum() / Arrays.stream(count).sum();
    }

    private StepPairs pairs(int step, int slice) {
        StepPairs pairs = plan.pairs(step);
        PackedText last = null;
        int copy = 0;
        for (PackedText text : shards.get(plan.share(step) * slices + slice)) {
            copy = text.equals(last) ? copy + 1 : 0;
            pairs.add(text, copy);
            last = text;
        }
        return pairs;
    }

    private float[][][] moved(int step, float[][][] rows) {
        for (float[][] part : rows) {
            rowBytes += 4L * part.length * part[0].length;
        }
        return IntStream.range(0, plan.parts())
                .mapToObj(
                        to ->
                                plan.arriving(
                                        step,
                                        to,
                                        IntStream.range(0, plan.parts())
                                                .mapToObj(
                                                        from ->
                                                                plan.leaving(
                                                                        step - 1,
                                                                        from,
                                                                        rows[from],
                                                                        to))
                                                .toArray(float[][][]::new)))
                .toArray(float[][][]::new);
    }
}
