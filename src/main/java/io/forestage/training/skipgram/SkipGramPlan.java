package io.forestage.training.skipgram;

import java.io.Serializable;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;

/**
 * A skip-gram training of which machines each do a part. Everything follows from the options, the
 * counts and a step's number, so that tasks need nothing else from each other but rows and pairs.
 *
 * <p>A step has a share of the texts and a random partition of the tokens into P parts. Its pairs
 * are in P · P blocks, (part of the center, part of the context). In P rounds, a task of part i
 * trains block (i, i + r) in round r: it keeps its center rows, and the context rows come from the
 * task of part i + 1. Blocks of a round share no row, so the bits are the same wherever and in
 * whatever order they are trained.
 *
 * <p>A part consists of subparts, so that there are about as many subparts as a single machine has
 * parts, however few tasks there are: a task trains its block by pairs of subparts, so that more of
 * the rows in use fit the processor's cache.
 *
 * <p>The rows of a part are in the order of the partition, each an array of its own.
 *
 * <p><b>Source.</b> Gemulla et al. 2011, <i>Large-Scale Matrix Factorization with Distributed
 * Stochastic Gradient Descent</i>; Zhu et al. 2019, <i>GraphVite</i>.
 */
public final class SkipGramPlan implements Serializable {

    private static final long serialVersionUID = 1;

    /** A step's partition, and the one that the rows come from. */
    private static final int PARTITIONS_KEPT = 2;

    /** The least subparts of all parts together, if there are enough tokens; fewer are slower. */
    private static final int LEAST_SUBPARTS = VocabularyPartition.MOST_THREADS;

    private final SkipGramOptions options;
    private final long[] counts;
    private final int mostParts;
    private final int stepsPerEpoch;

    private final transient TrainedTokens tokens;
    private final transient SigmoidTable sigmoid = new SigmoidTable();
    private final transient Map<Long, VocabularyPartition> partitions = new LinkedHashMap<>();
    private final transient int parts;

    /** The subparts of each part. Subpart s of part i is part i · subparts + s of the partition. */
    private final transient int subparts;

    /**
     * Plans a training.
     *
     * @param options what to train; the order of the texts is always mixed
     * @param counts how often each token id occurs; those below the least count are left out
     * @param mostParts P, at least 1; few tokens have fewer parts
     * @param stepsPerEpoch the steps of a pass over the texts, at least 1
     */
    public SkipGramPlan(SkipGramOptions options, long[] counts, int mostParts, int stepsPerEpoch) {
        this.options = options;
        this.counts = Arrays.stream(counts).map(n -> n < options.minCount() ? 0 : n).toArray();
        this.mostParts = mostParts;
        this.stepsPerEpoch = stepsPerEpoch;
        tokens = new TrainedTokens(this.counts, options);
        int most = tokens.mostParts();
        parts = Math.min(mostParts, most);
        subparts = Math.min((LEAST_SUBPARTS + parts - 1) / parts, most / parts);
    }

    private Object readResolve() {
        return new SkipGramPlan(options, counts, mostParts, stepsPerEpoch);
    }

    /**
     * Returns P.
     *
     * @return the number of parts
     */
    public int parts() {
        return parts;
    }

    /**
     * Returns the number of steps.
     *
     * @return the number, over all epochs
     */
    public int steps() {
        return Math.multiplyExact(stepsPerEpoch, options.epochs());
    }

    /**
     * Returns which share of the texts a step has.
     *
     * @param step the step
     * @return 0 to the steps of an epoch - 1
     */
    public int share(int step) {
        return step % stepsPerEpoch;
    }

    /**
     * Returns the tokens that are trained.
     *
     * @return their ids, those that weigh most first
     */
    public int[] trained() {
        return tokens.ids();
    }

    /**
     * Returns the size of the training.
     *
     * @return its measures by name, for a model's provenance
     */
    public Map<String, String> measures() {
        return tokens.measures();
    }

    /**
     * Returns all that the bits of the training depend on.
     *
     * @param texts the sum of the texts' checksums
     * @return the options by their names on the command line, those of a plan, and the texts
     */
    public Map<String, String> identity(long texts) {
        Map<String, String> identity = options.asText();
        identity.put("parts", Integer.toString(mostParts));
        identity.put("subparts", Integer.toString(subparts));
        identity.put("steps-per-epoch", Integer.toString(stepsPerEpoch));
        identity.put("texts", Long.toHexString(texts));
        return identity;
    }

    /**
     * Returns the initial row of a token as a center; as a context, it is 0.
     *
     * @param id the token
     * @return D values
     */
    public float[] initialCenter(int id) {
        float[] row = new float[options.dimension()];
        SkipGramTables.drawCenter(options.seed(), id, row);
        return row;
    }

    /**
     * Returns the tokens of a part.
     *
     * @param step the step
     * @param part the part
     * @return their ids, in the order of the part's rows
     */
    public int[] members(int step, int part) {
        VocabularyPartition partition = partition(step);
        return IntStream.range(part * subparts, (part + 1) * subparts)
                .flatMap(each -> Arrays.stream(partition.members(each)))
                .toArray();
    }

    /**
     * Returns the part of the contexts that a task has in a round.
     *
     * @param part the part of its centers
     * @param round the round, 0 to P - 1
     * @return the part
     */
    public int contextPart(int part, int round) {
        return (part + round) % parts;
    }

    /**
     * Takes the rows of a part that go to another part in the next step.
     *
     * @param step the step that ended
     * @param part the part of it
     * @param rows its rows
     * @param to the part of the next step
     * @return the rows, not copies, in their order
     */
    public float[][] leaving(int step, int part, float[][] rows, int to) {
        int[] members = members(step, part);
        VocabularyPartition next = partition(step + 1);
        List<float[]> taken = new ArrayList<>();
        for (int i = 0; i < members.length; i++) {
            if (next.partOf(members[i]) / subparts == to) {
                taken.add(rows[i]);
            }
        }
        return taken.toArray(float[][]::new);
    }

    /**
     * Puts the rows that came to a part in the order of its tokens.
     *
     * @param step the step that begins
     * @param part the part of it
     * @param came the rows from each part of the step before, as {@link #leaving} took them
     * @return the part's rows
     */
    public float[][] arriving(int step, int part, float[][][] came) {
        VocabularyPartition partition = partition(step);
        float[][] byId = new float[counts.length][];
        for (int from = 0; from < came.length; from++) {
            int next = 0;
            for (int id : members(step - 1, from)) {
                if (partition.partOf(id) / subparts == part) {
                    byId[id] = came[from][next++];
                }
            }
        }
        return Arrays.stream(members(step, part)).mapToObj(id -> byId[id]).toArray(float[][]::new);
    }

    /**
     * Begins to make the pairs of some texts.
     *
     * @param step the step
     * @return none yet
     */
    public StepPairs pairs(int step) {
        return new StepPairs(
                tokens, partition(step), subparts, options.window(), step / stepsPerEpoch);
    }

    /**
     * Trains a block, which changes the rows.
     *
     * @param step the step
     * @param round the round
     * @param part the part of the centers
     * @param centers the rows of that part as centers
     * @param contexts the rows of {@link #contextPart} as contexts
     * @param pairs the block's pairs, as {@link StepPairs#ofBlock} returned them, in one order
     * @return the sum of the pairs' losses, each before its update
     */
    public Loss train(
            int step,
            int round,
            int part,
            float[][] centers,
            float[][] contexts,
            List<byte[]> pairs) {
        VocabularyPartition partition = partition(step);
        int contextPart = contextPart(part, round);
        float[][] centersById = byId(members(step, part), centers);
        float[][] contextsById = byId(members(step, contextPart), contexts);
        List<byte[][]> slices =
                pairs.stream().map(each -> StepPairs.bySubparts(each, subparts)).toList();
        int blocks = subparts * subparts;
        double loss = 0;
        long count = 0;
        for (int i = 0; i < blocks; i++) {
            int center = part * subparts + i / subparts;
            int context = contextPart * subparts + i % subparts;
            BlockTrainer trainer =
                    new BlockTrainer(
                            options,
                            sigmoid,
                            new BlockTrainer.Block(
                                    partition, center * partition.count() + context, step),
                            centersById,
                            contextsById);
            double done = (step + (round + (double) i / blocks) / parts) / steps();
            float rate = options.learningRateAfter(done);
            for (byte[][] slice : slices) {
                StepPairs.Unpacked unpacked =
                        StepPairs.unpack(
                                slice[i], partition.members(center), partition.members(context));
                trainer.train(unpacked.centers(), unpacked.contexts(), 0, unpacked.size(), rate);
                count += unpacked.size();
            }
            loss += trainer.loss();
        }
        return new Loss(loss, count);
    }

    /**
     * A sum of losses.
     *
     * @param sum the sum
     * @param pairs the number of pairs
     */
    public record Loss(double sum, long pairs) implements Serializable {}

    private float[][] byId(int[] ids, float[][] rows) {
        float[][] table = new float[counts.length][];
        for (int i = 0; i < ids.length; i++) {
            table[ids[i]] = rows[i];
        }
        return table;
    }

    private VocabularyPartition partition(long step) {
        synchronized (partitions) {
            VocabularyPartition partition = partitions.remove(step);
            if (partition == null) {
                partition = tokens.parts(parts * subparts, step);
            }
            partitions.put(step, partition); // the last one used is the last one removed
            if (partitions.size() > PARTITIONS_KEPT) {
                partitions.remove(partitions.keySet().iterator().next());
            }
            return partition;
        }
    }
}
