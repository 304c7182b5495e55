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
 * The tokens whose vectors have the highest cosine with a sum of words. In a trained table, words
 * of similar meaning are near each other, and king − man + woman is near queen. Ids and one-hot
 * vectors have no such structure.
 *
 * <p><b>Source.</b> Mikolov et al. 2013, "Linguistic Regularities in Continuous Space Word
 * Representations", section 5: each word counts with its unit vector, similarity is the cosine, and
 * the given words are left out. Positions are not added. If the trained tokens are recorded ({@link
 * InputStage#trainedTokens}), the others are left out too.
 */
public final class NearestTokens {

    private static final float MIN_NORM = 1e-12f;

    private final InputStage stage;
    private final @Nullable BitSet trained;

    /**
     * Searches a stage's token table.
     *
     * @param stage the stage; the caller closes it
     */
    public NearestTokens(InputStage stage) {
        this.stage = stage;
        trained = stage.trainedTokens().orElse(null);
    }

    /**
     * A near token.
     *
     * @param id its row of the table
     * @param cosine the cosine with the sum, from −1 to 1
     */
    public record Neighbor(long id, double cosine) {}

    /**
     * Finds the tokens nearest to a sum of words.
     *
     * @param plus words that are added, at least one; each must be one token, with a space before
     *     it, as inside a sentence
     * @param minus words that are subtracted
     * @param count how many tokens to find
     * @return up to {@code count} tokens, the nearest first
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
            cosines = cosines.div(sum.norm().maximum(MIN_NORM));
            long candidates = table.getShape().get(0);
            if (trained != null) {
                cosines = cosines.add(penalty(trained, cosines, scratch));
                candidates = trained.cardinality();
            }
            int limit = (int) Math.min(candidates, (long) count + asked.size());
            return neighbors(cosines.topK(limit, 0), asked, count);
        }
    }

    private long[] ids(List<String> words) {
        long[] ids = new long[words.size()];
        for (int i = 0; i < ids.length; i++) {
            TokenSequence tokens = stage.tokenizer().encode(" " + words.get(i));
            if (tokens.size() != 1) {
                throw new IllegalArgumentException(
                        "%s: expected a word that is one token with the space before it, found %d tokens; try a more common word"
                                .formatted(Quoted.of(words.get(i)), tokens.size()));
            }
            ids[i] = tokens.ids()[0];
            TokensWithRows.require(tokens.ids(), stage.tokenizer(), stage.config().vocabSize());
            if (trained != null && !trained.get((int) ids[i])) {
                throw new IllegalArgumentException(
                        "%s: expected a word that the model was trained on, found one that its text lacks; its vector is random"
                                .formatted(Quoted.of(words.get(i))));
            }
        }
        return ids;
    }

    /**
     * Returns how many tokens are left out because the model was not trained on them.
     *
     * @return the number of random rows of the table
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
        return rows.norm(new int[] {1}).maximum(MIN_NORM);
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
