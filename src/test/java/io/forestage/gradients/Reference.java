package io.forestage.gradients;

/** The right result of a batch, in float64. */
interface Reference {

    /** The network's output, flat. */
    double[] output();

    /**
     * The gradients of a loss Σ seed · output.
     *
     * @param seed as many as the output has values
     * @return one for each of the arrays that want one, flat
     */
    double[][] gradients(double[] seed);
}
