package io.forestage.gradients;

import java.util.Optional;

/** One kind of network or training, step by step, each held to a float64 computation in Java. */
public interface GradientCase extends AutoCloseable {

    /**
     * Says what is trained.
     *
     * @return a name for the report
     */
    String name();

    /**
     * Does a forward and a backward pass over inputs of its own, with garbage in between.
     *
     * @param closing whether the inputs are closed before the backward pass, where they can be
     * @param garbage what is made in between
     * @return what is wrong with the output or a gradient; empty if nothing is
     */
    Optional<String> step(boolean closing, Garbage garbage);

    @Override
    void close();
}
