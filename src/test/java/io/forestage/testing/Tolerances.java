package io.forestage.testing;

/** Every tolerance that a test allows, with its reason. There is no default. */
public final class Tolerances {

    /**
     * A gradient of a row is a sum over the row's occurrences, whose order PyTorch does not fix:
     * each of its few additions of numbers near 1 may round the other way.
     */
    public static final float GRADIENT_SUM = 1e-6f;

    /**
     * Values below 1 of a row that max_norm has scaled: four of their ulps. The norm is a sum and a
     * power, of which each instruction set rounds one otherwise; from it the factor comes by an
     * addition and a division, and the value by a product. Each of the four may round the other
     * way.
     */
    public static final float RENORMALIZED = 2.4e-7f;

    /**
     * Values of a table drawn from N(0, 1): with vector instructions ATen computes the logarithm,
     * sine and cosine of the Box-Muller transform by polynomials of its own, without them by the C
     * library; they differ by some ulps of a value of up to 4.
     */
    public static final float SEEDED_TABLE = 2e-6f;

    /**
     * A curve of a few SGD steps carries the rounding of its means and sums from step to step; each
     * instruction set adds them up in an order of its own.
     */
    public static final float SGD_CURVE = 2e-6f;

    /**
     * The gradient of a tied table: a matrix product with sums of six terms beside the lookup's.
     */
    public static final float TIED_GRADIENT = 5e-6f;

    /**
     * A sinusoid's float32 is rounded from a double next to the true value: only where that value
     * lies at a tie can the neighbour be found.
     */
    public static final int SINUSOID_FLOAT32_ULPS = 1;

    /**
     * A sinusoid's double carries the rounding of one sine, of the correction of its angle and of
     * the scale.
     */
    public static final int SINUSOID_FLOAT64_ULPS = 2;

    /**
     * Up to fifty steps of an optimiser, as a part of the greatest value: PyTorch rounds some
     * multiplications with the addition after them once instead of twice, and its SGD keeps every
     * step's part of a velocity apart and adds each of them, some 200 at last, to the weight.
     */
    public static final float OPTIMIZER_STEPS = 3e-6f;

    /** A curve of ten optimiser steps; as {@link #SGD_CURVE}, through a mean and a linear layer. */
    public static final float OPTIMIZER_CURVE = 5e-6f;

    /**
     * Eight optimiser steps of rate 0.01 in float32 against float64: each weight, of size 1 to 4,
     * is rounded once a step, each to half of 2.4e-7.
     */
    public static final float OPTIMIZER_FLOAT32 = 2e-6f;

    /** The same in float64 on both sides, in another order of operations. */
    public static final double OPTIMIZER_FLOAT64 = 1e-13;

    /**
     * A mean and a linear layer of width 3, as a part of the value: each instruction set adds the
     * products up in an order of its own.
     */
    public static final float SCRIPTED_SCORES = 1e-6f;

    /**
     * A curve of ten Adam steps through a softmax over the table that embeds: the least gradients
     * are divided by their own roots, which makes a rounding of theirs as large as that of any.
     */
    public static final float LM_CURVE = 1e-5f;

    /**
     * A few Adam steps of rate 0.01 whose gradients were added batch by batch instead of at once:
     * sums in another order, and Adam divides a gradient near nothing by its own size.
     */
    public static final float ACCUMULATED = 2e-5f;

    /**
     * A GPU's sum of a few numbers near 1 beside the CPU's: another order, and a multiplication and
     * an addition rounded once instead of twice.
     */
    public static final float DEVICE_SUM = 1e-6f;

    /** The same in float16, of sums below 8: two units in the last place there. */
    public static final float DEVICE_SUM_FLOAT16 = 0.016f;

    /**
     * Ten optimiser steps of weights near 1 on a GPU beside the CPU's, as {@link #DEVICE_SUM} in
     * each step; Adam divides a gradient by its own size, however it was rounded.
     */
    public static final float DEVICE_STEPS = 1e-5f;

    /** The same in float64. */
    public static final double DEVICE_STEPS_FLOAT64 = 1e-12;

    /** A training's tables after its steps of rate 0.01 on a GPU beside the CPU's; as above. */
    public static final float DEVICE_TRAINING = 1e-3f;

    private Tolerances() {}
}
