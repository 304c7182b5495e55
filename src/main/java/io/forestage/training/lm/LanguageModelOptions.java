package io.forestage.training.lm;

import io.forestage.support.OptionCheck;
import io.forestage.training.StepOptions;
import io.forestage.training.TextOrder;
import io.forestage.training.session.LearningOptions;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;

/**
 * The options of a language model's training.
 *
 * @param dimension D of new tables, 1 to 65536; a model to start from has its own
 * @param context the tokens of a window, each of which predicts the next one, 1 to 1048576
 * @param stride the distance from one window's start to the next one's, 1 to {@code context}, so
 *     that no token is skipped
 * @param learningRate Adam's, above 0
 * @param dropout the probability that training drops an element of the stage's output, at least 0
 *     and below 1; after the same seed a GPU drops other elements than a CPU
 * @param heldOut the share of the text, at its end, that is held out for evaluation, at least 0 and
 *     below 1; above 0 if the training may stop early
 * @param steps how windows become steps
 * @param order the order of the text's paragraphs before windows and the held-out text are cut
 * @param blocks the transformer blocks
 */
public record LanguageModelOptions(
        int dimension,
        int context,
        int stride,
        double learningRate,
        double dropout,
        double heldOut,
        StepOptions steps,
        TextOrder order,
        BlockOptions blocks) {

    private static final int MAX_DIMENSION = 1 << 16;
    private static final int MAX_CONTEXT = 1 << 20;

    /**
     * Checks the values.
     *
     * @throws IllegalArgumentException if a value is out of its range
     */
    public LanguageModelOptions {
        OptionCheck.requireFrom1("dim", dimension, MAX_DIMENSION);
        OptionCheck.requireFrom1("context", context, MAX_CONTEXT);
        OptionCheck.requireFrom1("stride", stride, context);
        LearningOptions.requireRate("learning-rate", learningRate);
        OptionCheck.require(
                "dropout", "a share from 0 to below 1", dropout, dropout >= 0 && dropout < 1);
        LearningOptions.requireHeldOut(heldOut, steps.patience());
    }

    /**
     * Creates options for a mixed text, without transformer blocks.
     *
     * @throws IllegalArgumentException if a value is out of its range
     */
    public LanguageModelOptions(
            int dimension,
            int context,
            int stride,
            double learningRate,
            double dropout,
            double heldOut,
            StepOptions steps) {
        this(
                dimension,
                context,
                stride,
                learningRate,
                dropout,
                heldOut,
                steps,
                TextOrder.MIXED,
                BlockOptions.NONE);
    }

    /** Returns a copy with another order of the text's paragraphs. */
    public LanguageModelOptions withOrder(TextOrder other) {
        return new LanguageModelOptions(
                dimension, context, stride, learningRate, dropout, heldOut, steps, other, blocks);
    }

    /** Returns a copy with other transformer blocks. */
    public LanguageModelOptions withBlocks(BlockOptions other) {
        return new LanguageModelOptions(
                dimension, context, stride, learningRate, dropout, heldOut, steps, order, other);
    }

    /**
     * Returns the defaults: 128 dimensions, windows of 64 tokens that do not overlap, a rate of
     * 0.001, no dropout, a tenth held out, batches of 8 windows, one epoch, seed 1, the text mixed,
     * no transformer blocks.
     */
    public static LanguageModelOptions defaults() {
        return new LanguageModelOptions(128, 64, 64, 1e-3, 0, 0.1, new StepOptions(8, 1, 1, 1));
    }

    /** Returns all values by their names on the command line. */
    Map<String, String> asText() {
        Map<String, String> text = new LinkedHashMap<>();
        text.put("dim", Integer.toString(dimension));
        text.put("context", Integer.toString(context));
        text.put("stride", Integer.toString(stride));
        text.put("learning-rate", Double.toString(learningRate));
        text.put("dropout", Double.toString(dropout));
        text.put("held-out", Double.toString(heldOut));
        text.putAll(steps.asText());
        text.put("order", order.name().toLowerCase(Locale.ROOT));
        blocks.putInto(text);
        return text;
    }
}
