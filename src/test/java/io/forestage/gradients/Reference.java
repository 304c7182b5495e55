package io.forestage.gradients;

/** The expected results of a batch, in float64. */
interface Reference {

    /** Returns the network's output, flat. */
    double[] output();

    /**
     * Returns the gradients of the loss Σ seed · output.
     *
     * @param seed a factor for each value of the output
     * @return one for each array that requires a gradient, flat
     */
    double[][] gradients(double[] seed);
}
