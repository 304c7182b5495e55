package io.forestage.training.lm;

import io.forestage.support.OptionCheck;
import io.forestage.training.StepOptions;
import io.forestage.training.session.LearningOptions;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * What a training of a language model does.
 *
 * @param dimension D of new tables; a model's own where there is a model
 * @param context the tokens of a window, each of which is to tell the next one
 * @param stride the tokens from one window's start to the next one's
 * @param learningRate Adam's
 * @param dropout the part of the stage's elements that training drops
 * @param heldOut the share of the text, at its end, that is only measured on
 * @param steps how windows become steps
 */
public record LanguageModelOptions(
        int dimension,
        int context,
        int stride,
        double learningRate,
        double dropout,
        double heldOut,
        StepOptions steps) {

    private static final int MAX_DIMENSION = 1 << 16;
    private static final int MAX_CONTEXT = 1 << 20;

    /**
     * Checks the values.
     *
     * @param dimension 1 to 65536
     * @param context 1 to 1048576
     * @param stride 1 to {@code context}, so that no token is passed over
     * @param learningRate above 0
     * @param dropout at least 0 and below 1
     * @param heldOut at least 0 and below 1; above 0 if training may stop early
     * @param steps any
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
     * Returns the usual values: 128 dimensions, windows of 64 tokens side by side, a rate of 0.001,
     * no dropout, a tenth held out, batches of 8 windows, one epoch, seed 1.
     *
     * @return the options
     */
    public static LanguageModelOptions defaults() {
        return new LanguageModelOptions(128, 64, 64, 1e-3, 0, 0.1, new StepOptions(8, 1, 1, 1));
    }

    /** All values by the names that the command line gives them. */
    Map<String, String> asText() {
        Map<String, String> text = new LinkedHashMap<>();
        text.put("dim", Integer.toString(dimension));
        text.put("context", Integer.toString(context));
        text.put("stride", Integer.toString(stride));
        text.put("learning-rate", Double.toString(learningRate));
        text.put("dropout", Double.toString(dropout));
        text.put("held-out", Double.toString(heldOut));
        text.putAll(steps.asText());
        return text;
    }
}
