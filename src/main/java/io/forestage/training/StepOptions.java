package io.forestage.training;

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
 */
public record StepOptions(int batch, int accumulate, int epochs, int seed) {

    private static final int LARGEST = 1 << 20;

    /**
     * Checks the values.
     *
     * @param batch 1 to 1048576
     * @param accumulate 1 to 1048576
     * @param epochs at least 1
     * @param seed any
     * @throws IllegalArgumentException if a value is out of its range
     */
    public StepOptions {
        OptionRange.requireFrom1("batch", batch, LARGEST);
        OptionRange.requireFrom1("accumulate", accumulate, LARGEST);
        OptionRange.requireFrom1("epochs", epochs, Integer.MAX_VALUE);
    }

    /** All values by the names that the command line gives them. */
    Map<String, String> asText() {
        Map<String, String> text = new LinkedHashMap<>();
        text.put("batch", Integer.toString(batch));
        text.put("accumulate", Integer.toString(accumulate));
        text.put("epochs", Integer.toString(epochs));
        text.put("seed", Integer.toString(seed));
        return text;
    }
}
