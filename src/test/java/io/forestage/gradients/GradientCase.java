package io.forestage.gradients;

import java.util.Optional;

/** One kind of network or training. Each step is compared with a float64 computation in Java. */
public interface GradientCase extends AutoCloseable {

    /**
     * Returns the name of the case for the report.
     *
     * @return the name
     */
    String name();

    /**
     * Runs a forward and a backward pass over new inputs, and makes garbage in between.
     *
     * @param closing whether to close the inputs before the backward pass, if the case allows it
     * @param garbage makes the garbage
     * @return the first difference of the output or a gradient; empty if there is none
     */
    Optional<String> step(boolean closing, Garbage garbage);

    @Override
    void close();
}
