package io.forestage.testing;

/** Every tolerance that a test allows, with its reason. There is no default. */
public final class Tolerances {

    /**
     * A gradient of a row is a sum over the row's occurrences, whose order PyTorch does not fix:
     * each of its few additions of numbers near 1 may round the other way.
     */
    public static final float GRADIENT_SUM = 1e-6f;

    /**
     * A curve of a few SGD steps carries the rounding of its means and sums from step to step;
     * PyTorch 1.13 and libtorch 2.7.1 vectorise them differently.
     */
    public static final float SGD_CURVE = 2e-6f;

    /**
     * The gradient of a tied table: a matrix product with sums of six terms beside the lookup's.
     */
    public static final float TIED_GRADIENT = 5e-6f;

    private Tolerances() {}
}
