package io.forestage.training.classify;

import io.forestage.support.OptionCheck;
import io.forestage.training.StepOptions;
import io.forestage.training.session.LearningOptions;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;

/**
 * The options of a classifier's training.
 *
 * @param start what the table starts from
 * @param dimension D of a new table, 1 to 65536; a model to start from has its own
 * @param learningRate Adam's for the table, above 0
 * @param headLearningRate Adam's for the head, above 0
 * @param heldOut the share of each class that is held out for evaluation, at least 0 and below 1;
 *     above 0 if the training may stop early
 * @param steps how rows become steps
 */
public record ClassifierOptions(
        ClassifierStart start,
        int dimension,
        double learningRate,
        double headLearningRate,
        double heldOut,
        StepOptions steps) {

    private static final int MAX_DIMENSION = 1 << 16;

    /**
     * Checks the values.
     *
     * @throws IllegalArgumentException if a value is out of its range
     */
    public ClassifierOptions {
        OptionCheck.requireFrom1("dim", dimension, MAX_DIMENSION);
        LearningOptions.requireRate("learning-rate", learningRate);
        LearningOptions.requireRate("head-learning-rate", headLearningRate);
        LearningOptions.requireHeldOut(heldOut, steps.patience());
    }

    /**
     * Returns the defaults: a new table of 64 dimensions, rates of 0.001 for the table and 0.01 for
     * the head, a tenth held out, batches of 32 texts, 5 epochs, seed 1.
     */
    public static ClassifierOptions defaults() {
        return new ClassifierOptions(
                ClassifierStart.SCRATCH, 64, 1e-3, 1e-2, 0.1, new StepOptions(32, 1, 5, 1));
    }

    /** Returns a copy with another start. */
    public ClassifierOptions withStart(ClassifierStart other) {
        return new ClassifierOptions(
                other, dimension, learningRate, headLearningRate, heldOut, steps);
    }

    /** Returns all values by their names on the command line. */
    Map<String, String> asText() {
        Map<String, String> text = new LinkedHashMap<>();
        text.put("start", start.name().toLowerCase(Locale.ROOT));
        text.put("dim", Integer.toString(dimension));
        text.put("learning-rate", Double.toString(learningRate));
        text.put("head-learning-rate", Double.toString(headLearningRate));
        text.put("held-out", Double.toString(heldOut));
        text.putAll(steps.asText());
        return text;
    }
}
