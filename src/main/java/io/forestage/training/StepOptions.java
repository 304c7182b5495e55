package io.forestage.training;

import io.forestage.support.OptionCheck;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * How a training turns its rows into steps.
 *
 * @param batch the rows of one forward and backward pass, 1 to 1048576
 * @param accumulate the batches whose gradients one step adds up, 1 to 1048576: the step of one
 *     batch of {@code batch · accumulate} rows, in the memory of {@code batch} rows
 * @param epochs the passes over all rows, at least 1
 * @param seed the seed of all random numbers
 * @param evaluateEvery the steps between two measurements of the held-out loss; 0: once an epoch
 * @param patience the number of measurements without a new minimum of the held-out loss after which
 *     the training stops; its result is then the network at the minimum; 0: it never stops early
 */
public record StepOptions(
        int batch, int accumulate, int epochs, int seed, int evaluateEvery, int patience) {

    private static final int MAX_BATCH = 1 << 20;

    /**
     * Checks the values.
     *
     * @throws IllegalArgumentException if a value is out of its range
     */
    public StepOptions {
        OptionCheck.requireFrom1("batch", batch, MAX_BATCH);
        OptionCheck.requireFrom1("accumulate", accumulate, MAX_BATCH);
        OptionCheck.requireFrom1("epochs", epochs, Integer.MAX_VALUE);
        OptionCheck.require(
                "evaluate-every", "an integer of 0 or more", evaluateEvery, evaluateEvery >= 0);
        OptionCheck.require("patience", "an integer of 0 or more", patience, patience >= 0);
    }

    /**
     * Creates options that measure the held-out loss once an epoch and never stop early.
     *
     * @throws IllegalArgumentException if a value is out of its range
     */
    public StepOptions(int batch, int accumulate, int epochs, int seed) {
        this(batch, accumulate, epochs, seed, 0, 0);
    }

    /**
     * Returns a copy with other measurements of the held-out loss and another early stop.
     *
     * @param every the steps between two measurements; 0: once an epoch
     * @param measurements the patience; 0: never stop early
     * @throws IllegalArgumentException if a value is negative
     */
    public StepOptions withEarlyStopping(int every, int measurements) {
        return new StepOptions(batch, accumulate, epochs, seed, every, measurements);
    }

    /** Returns all values by their names on the command line. */
    public Map<String, String> asText() {
        Map<String, String> text = new LinkedHashMap<>();
        text.put("batch", Integer.toString(batch));
        text.put("accumulate", Integer.toString(accumulate));
        text.put("epochs", Integer.toString(epochs));
        text.put("seed", Integer.toString(seed));
        text.put("evaluate-every", Integer.toString(evaluateEvery));
        text.put("patience", Integer.toString(patience));
        return text;
    }
}
