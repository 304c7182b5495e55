package io.forestage.training;

import io.forestage.support.OptionCheck;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * How rows of data become steps.
 *
 * @param batch the rows that go through the network at once
 * @param accumulate the batches whose gradients make one step; so many times fewer rows need memory
 *     at once than a batch of that size would
 * @param epochs how often all rows are gone through
 * @param seed where all random numbers come from
 * @param evaluateEvery the steps between two measurements of the held-out loss; 0: once an epoch
 * @param patience how many measurements without a new least held-out loss end the training, whose
 *     result is then the network at its least; 0: the training goes on to its last step
 */
public record StepOptions(
        int batch, int accumulate, int epochs, int seed, int evaluateEvery, int patience) {

    private static final int LARGEST = 1 << 20;

    /**
     * Checks the values.
     *
     * @param batch 1 to 1048576
     * @param accumulate 1 to 1048576
     * @param epochs at least 1
     * @param seed any
     * @param evaluateEvery at least 0
     * @param patience at least 0
     * @throws IllegalArgumentException if a value is out of its range
     */
    public StepOptions {
        OptionCheck.requireFrom1("batch", batch, LARGEST);
        OptionCheck.requireFrom1("accumulate", accumulate, LARGEST);
        OptionCheck.requireFrom1("epochs", epochs, Integer.MAX_VALUE);
        OptionCheck.require(
                "evaluate-every", "an integer from 0 on", evaluateEvery, evaluateEvery >= 0);
        OptionCheck.require("patience", "an integer from 0 on", patience, patience >= 0);
    }

    /**
     * Makes options that measure once an epoch and never stop early.
     *
     * @param batch 1 to 1048576
     * @param accumulate 1 to 1048576
     * @param epochs at least 1
     * @param seed any
     * @throws IllegalArgumentException if a value is out of its range
     */
    public StepOptions(int batch, int accumulate, int epochs, int seed) {
        this(batch, accumulate, epochs, seed, 0, 0);
    }

    /**
     * Changes when the held-out loss is measured and when a training stops early.
     *
     * @param every the steps between two measurements, 0 for once an epoch
     * @param measurements how many without a new least loss end the training, 0 for none
     * @return the new options
     * @throws IllegalArgumentException if a value is negative
     */
    public StepOptions withEarlyStopping(int every, int measurements) {
        return new StepOptions(batch, accumulate, epochs, seed, every, measurements);
    }

    /** All values by the names that the command line gives them. */
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
