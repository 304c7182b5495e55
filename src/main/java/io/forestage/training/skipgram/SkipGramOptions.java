package io.forestage.training.skipgram;

import io.forestage.support.OptionCheck;
import io.forestage.training.TextOrder;
import io.forestage.training.session.LearningOptions;
import java.io.Serializable;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;

/**
 * The options of a skip-gram training. The same options, text and version of Forestage produce the
 * same vectors, bit for bit.
 *
 * @param dimension D, the length of a vector, 1 to 65536
 * @param window the maximum distance between a center and its context, 1 to 1000; each center draws
 *     its own from 1 to this
 * @param negatives the number of negative tokens for each context, 1 to 1000
 * @param epochs the passes over the text, at least 1
 * @param sample the share of the text, 0 to 1, above which a token is subsampled; 0 keeps all
 *     tokens
 * @param learningRate the initial rate, above 0; it falls linearly to 1/10000 of it
 * @param minCount tokens that occur less often are dropped from the text, at least 1
 * @param seed the seed of all random numbers
 * @param order the order of the text's paragraphs
 */
public record SkipGramOptions(
        int dimension,
        int window,
        int negatives,
        int epochs,
        double sample,
        double learningRate,
        int minCount,
        long seed,
        TextOrder order)
        implements Serializable {

    private static final int MAX_DIMENSION = 1 << 16;
    private static final int MAX_WINDOW = 1000;
    private static final int MAX_NEGATIVES = 1000;

    /** Of the initial rate. */
    private static final double MIN_RATE = 1e-4;

    /**
     * Checks the values.
     *
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
     * Creates options for a mixed text.
     *
     * @throws IllegalArgumentException if a value is out of its range
     */
    public SkipGramOptions(
            int dimension,
            int window,
            int negatives,
            int epochs,
            double sample,
            double learningRate,
            int minCount,
            long seed) {
        this(
                dimension,
                window,
                negatives,
                epochs,
                sample,
                learningRate,
                minCount,
                seed,
                TextOrder.MIXED);
    }

    /** Returns a copy with another order of the text's paragraphs. */
    public SkipGramOptions withOrder(TextOrder other) {
        return new SkipGramOptions(
                dimension, window, negatives, epochs, sample, learningRate, minCount, seed, other);
    }

    /**
     * Returns the defaults, which are word2vec's but for D: 128 dimensions, a window of 5, 5
     * negatives, 5 epochs, sample 1e-3, a learning rate of 0.025, tokens that occur at least 5
     * times, seed 1, the text mixed.
     */
    public static SkipGramOptions defaults() {
        return new SkipGramOptions(128, 5, 5, 5, 1e-3, 0.025, 5, 1);
    }

    /** Returns the learning rate after a share of the training, 0 to 1. */
    float learningRateAfter(double done) {
        return (float) (learningRate * Math.max(MIN_RATE, 1 - done));
    }

    /** Returns all values by their names on the command line. */
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
        text.put("order", order.name().toLowerCase(Locale.ROOT));
        return text;
    }
}
