package io.forestage.training.skipgram;

import io.forestage.support.OptionCheck;
import io.forestage.training.session.LearningOptions;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * What a skip-gram training does; the same options, text and version of Forestage give the same
 * vectors, bit for bit.
 *
 * @param dimension D, the length of a vector
 * @param window the most tokens between a center and its context, on either side; each center draws
 *     its own from 1 to this
 * @param negatives the tokens of noise that are set against each context
 * @param epochs how often the text is gone through
 * @param sample the share of the text above which a token's occurrences are thinned out; 0 keeps
 *     all
 * @param learningRate the first one; it falls in proportion to the tokens that are done, to a ten
 *     thousandth
 * @param minCount tokens that occur less often are left out of the text
 * @param seed where all random numbers come from
 */
public record SkipGramOptions(
        int dimension,
        int window,
        int negatives,
        int epochs,
        double sample,
        double learningRate,
        int minCount,
        long seed) {

    private static final int MAX_DIMENSION = 1 << 16;
    private static final int MAX_WINDOW = 1000;
    private static final int MAX_NEGATIVES = 1000;

    /**
     * Checks the values.
     *
     * @param dimension 1 to 65536
     * @param window 1 to 1000
     * @param negatives 1 to 1000
     * @param epochs at least 1
     * @param sample 0 to 1
     * @param learningRate above 0
     * @param minCount at least 1
     * @param seed any
     * @throws IllegalArgumentException if a value is out of its range
     */
    public SkipGramOptions {
        OptionCheck.requireFrom1("dim", dimension, MAX_DIMENSION);
        OptionCheck.requireFrom1("window", window, MAX_WINDOW);
        OptionCheck.requireFrom1("negative", negatives, MAX_NEGATIVES);
        OptionCheck.requireFrom1("epochs", epochs, Integer.MAX_VALUE);
        OptionCheck.requireFrom1("min-count", minCount, Integer.MAX_VALUE);
        OptionCheck.require(
                "sample", "a share of the text from 0 to 1", sample, sample >= 0 && sample <= 1);
        LearningOptions.requireRate("learning-rate", learningRate);
    }

    /**
     * Returns word2vec's usual values: 128 dimensions, a window of 5, 5 negatives, 5 epochs, sample
     * 1e-3, a learning rate of 0.025, tokens that occur at least 5 times, seed 1.
     *
     * @return the options
     */
    public static SkipGramOptions defaults() {
        return new SkipGramOptions(128, 5, 5, 5, 1e-3, 0.025, 5, 1);
    }

    /** All values by the names that the command line gives them. */
    Map<String, String> asText() {
        Map<String, String> text = new LinkedHashMap<>();
        text.put("dim", Integer.toString(dimension));
        text.put("window", Integer.toString(window));
        text.put("negative", Integer.toString(negatives));
        text.put("epochs", Integer.toString(epochs));
        text.put("sample", Double.toString(sample));
        text.put("learning-rate", Double.toString(learningRate));
        text.put("min-count", Integer.toString(minCount));
        text.put("seed", Long.toString(seed));
        return text;
    }
}
