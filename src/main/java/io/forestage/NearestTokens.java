package io.forestage;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import io.forestage.support.Quoted;
import io.forestage.tokens.TokenSequence;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The tokens whose vectors point the same way as a sum of words: near a word lie those of like
 * meaning, and king − man + woman leads to the neighbourhood of queen, if the table has been
 * trained. Ids say nothing of the kind, nor do one-hot vectors, which are all equally far apart.
 *
 * <p><em>Source.</em> Mikolov et al. 2013, "Linguistic Regularities in Continuous Space Word
 * Representations", section 5: each word counts with its unit vector, nearness is the cosine, and
 * the words that were asked with are left out. Positions are not added. Of a model that says which
 * tokens it was trained on, {@link InputStage#trainedTokens}, the others are left out too.
 */
public final class NearestTokens {

    private static final float SMALLEST_NORM = 1e-12f;

    private final InputStage stage;
    private final @Nullable BitSet trained;

    /**
     * Looks at a stage's token table.
     *
     * @param stage the stage, which stays the caller's to close
     */
    public NearestTokens(InputStage stage) {
        this.stage = stage;
        trained = stage.trainedTokens().orElse(null);
    }

    /**
     * A token near by.
     *
     * @param id its row of the table
     * @param cosine of the angle to the sum, from −1 to 1
     */
    public record Neighbor(long id, double cosine) {}

    /**
     * Finds the tokens nearest to a sum of words.
     *
     * @param plus words that are added, at least one; each must be one token, with a space before
     *     it, as inside a sentence
     * @param minus words that are taken away
     * @param count how many tokens to find
     * @return up to so many, the nearest first
     * @throws IllegalArgumentException if no word is added, a word is not one token or one that the
     *     model was not trained on, or the count is below 1
     */
    public List<Neighbor> find(List<String> plus, List<String> minus, int count) {
        if (plus.isEmpty() || count < 1) {
            throw new IllegalArgumentException(
                    "nearest tokens: expected a word to add and a count of at least 1, found %s and %d"
                            .formatted(plus, count));
        }
        long[] added = ids(plus);
        long[] taken = ids(minus);
        Set<Long> asked = new HashSet<>();
        for (long[] ids : List.of(added, taken)) {
            for (long id : ids) {
                asked.add(id);
            }
        }
        stage.requireUnchangedFiles();
        NDArray table = stage.block().getTokenEmbedding().getParameters().valueAt(0).getArray();
        try (NDManager scratch = table.getManager().newSubManager()) {
            NDArray rows = table.stopGradient();
            rows.attach(scratch);
            NDArray sum = unit(rows, added, scratch).sum(new int[] {0});
            if (taken.length > 0) {
                sum = sum.sub(unit(rows, taken, scratch).sum(new int[] {0}));
            }
            NDArray cosines = rows.matMul(sum.expandDims(1)).squeeze(1).div(norms(rows));
            cosines = cosines.div(sum.norm().maximum(SMALLEST_NORM));
            long candidates = table.getShape().get(0);
            if (trained != null) {
                cosines = cosines.add(penalty(trained, cosines, scratch));
                candidates = trained.cardinality();
            }
            int most = (int) Math.min(candidates, (long) count + asked.size());
            return neighbors(cosines.topK(most, 0), asked, count);
        }
    }

    private long[] ids(List<String> words) {
        long[] ids = new long[words.size()];
        for (int i = 0; i < ids.length; i++) {
            TokenSequence tokens = stage.tokenizer().encode(" " + words.get(i));
            if (tokens.size() != 1) {
                throw new IllegalArgumentException(
                        "%s: expected a word that is one token with the space before it, found"
                                        .formatted(Quoted.of(words.get(i)))
                                + " %d tokens; try a more common word".formatted(tokens.size()));
            }
            ids[i] = tokens.ids()[0];
            if (trained != null && !trained.get((int) ids[i])) {
                throw new IllegalArgumentException(
                        "\"%s\": expected a word that the model was trained on, found one that its text lacks; its vector is random"
                                .formatted(words.get(i)));
            }
        }
        return ids;
    }

    /**
     * Counts the tokens that are never found because the model was not trained on them.
     *
     * @return how many rows of the table are random
     */
    public long untrained() {
        return trained == null ? 0 : stage.config().vocabSize() - trained.cardinality();
    }

    /** (V), −∞ for each token that was not trained. */
    private static NDArray penalty(BitSet trained, NDArray cosines, NDManager scratch) {
        float[] penalty = new float[Math.toIntExact(cosines.size())];
        for (int id = 0; id < penalty.length; id++) {
            penalty[id] = trained.get(id) ? 0 : Float.NEGATIVE_INFINITY;
        }
        return scratch.create(penalty).toType(cosines.getDataType(), false);
    }

    private static NDArray unit(NDArray rows, long[] ids, NDManager scratch) {
        NDArray chosen = rows.get(scratch.create(ids, new Shape(ids.length)));
        return chosen.div(norms(chosen).expandDims(1));
    }

    private static NDArray norms(NDArray rows) {
        return rows.norm(new int[] {1}).maximum(SMALLEST_NORM);
    }

    private static List<Neighbor> neighbors(NDList nearest, Set<Long> asked, int count) {
        float[] cosines = nearest.get(0).toType(DataType.FLOAT32, false).toFloatArray();
        long[] ids = nearest.get(1).toLongArray();
        List<Neighbor> neighbors = new ArrayList<>();
        for (int i = 0; i < ids.length && neighbors.size() < count; i++) {
            if (!asked.contains(ids[i])) {
                neighbors.add(new Neighbor(ids[i], cosines[i]));
            }
        }
        return neighbors;
    }
}
