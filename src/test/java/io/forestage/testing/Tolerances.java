package io.forestage.testing;

/** The tolerances of all tests, each with its reason. There is no default. */
public final class Tolerances {

    /**
     * A row's gradient is a sum over the row's occurrences, whose order PyTorch does not fix. Each
     * of its few additions of numbers near 1 may round differently.
     */
    public static final float GRADIENT_SUM = 1e-6f;

    /**
     * Values below 1 of a row that max_norm has scaled: four ulps, one for each operation that may
     * round differently. Instruction sets round the norm differently, which is a sum and a power.
     * An addition and a division make the factor of it, and a product makes the value.
     */
    public static final float RENORMALIZED = 2.4e-7f;

    /**
     * Values of a table drawn from N(0, 1). With vector instructions, ATen computes the logarithm,
     * sine and cosine of the Box-Muller transform by its own polynomials; without, by the C
     * library. The results differ by some ulps of a value of up to 4.
     */
    public static final float SEEDED_TABLE = 2e-6f;

    /**
     * A curve of a few SGD steps accumulates the rounding of its means and sums. Each instruction
     * set adds in its own order.
     */
    public static final float SGD_CURVE = 2e-6f;

    /**
     * The gradient of a tied table: a matrix product with sums of six terms plus the lookup's sums.
     */
    public static final float TIED_GRADIENT = 5e-6f;

    /**
     * A sinusoid's float32 is rounded from a double next to the exact value. It is off by one ulp
     * only if the exact value is close to a tie.
     */
    public static final int SINUSOID_FLOAT32_ULPS = 1;

    /**
     * A sinusoid's double has the rounding errors of one sine, of its angle's correction and of the
     * scale.
     */
    public static final int SINUSOID_FLOAT64_ULPS = 2;

    /**
     * Up to fifty steps of an optimiser, relative to the maximum. PyTorch rounds some multiply-adds
     * once instead of twice. Its SGD keeps each step's part of a sparse velocity apart and adds
     * each of them to the weight, about 200 in the last step.
     */
    public static final float OPTIMIZER_STEPS = 3e-6f;

    /** A curve of ten optimiser steps, like {@link #SGD_CURVE}, with a mean and a linear layer. */
    public static final float OPTIMIZER_CURVE = 5e-6f;

    /**
     * Eight optimiser steps at rate 0.01 in float32, compared with float64: each step rounds each
     * weight, of size 1 to 4, by at most half of 2.4e-7.
     */
    public static final float OPTIMIZER_FLOAT32 = 2e-6f;

    /** The same steps in float64 on both sides, with another order of operations. */
    public static final double OPTIMIZER_FLOAT64 = 1e-13;

    /**
     * A mean and a linear layer of width 3, relative to the value. Each instruction set adds the
     * products in its own order.
     */
    public static final float SCRIPTED_SCORES = 1e-6f;

    /**
     * A curve of ten Adam steps with a softmax over the tied table. Adam divides a gradient by its
     * own size, so that the rounding of a tiny gradient counts as much as that of a large one.
     */
    public static final float LM_CURVE = 1e-5f;

    /**
     * A few Adam steps at rate 0.01 whose gradients were accumulated over batches: sums in another
     * order, and Adam divides a gradient near zero by its own size.
     */
    public static final float ACCUMULATED = 2e-5f;

    /**
     * A GPU's sum of a few numbers near 1, compared with the CPU's: another order, and
     * multiply-adds rounded once instead of twice.
     */
    public static final float DEVICE_SUM = 1e-6f;

    /** The same in float16 for sums below 8: two ulps. */
    public static final float DEVICE_SUM_FLOAT16 = 0.016f;

    /**
     * Ten optimiser steps of weights near 1 on a GPU, compared with the CPU's: each step differs as
     * {@link #DEVICE_SUM}, and Adam divides a gradient by its own size, whatever its rounding.
     */
    public static final float DEVICE_STEPS = 1e-5f;

    /** The same in float64. */
    public static final double DEVICE_STEPS_FLOAT64 = 1e-12;

    /**
     * A training's tables after some Adam steps at rate 0.01 on a GPU, compared with the CPU's: a
     * hundredth of a step. On CPUs, other vector instructions move a value by 6e-8; other numbers
     * for dropout move most values by more than 1e-4.
     */
    public static final float DEVICE_TRAINING = 1e-4f;

    /**
     * Attention in float32, compared with float64 and relative to the largest value or 1: sums of
     * some ten products and a division by their sum.
     */
    public static final float ATTENTION = 2e-6f;

    /**
     * The same with cosines as features: products of both signs cancel in the sum that divides, to
     * about a tenth of their sizes.
     */
    public static final float SIGNED_ATTENTION = 1e-5f;

    /** Layer normalisation of a few values near 1: a mean, a variance and its root. */
    public static final float NORMALIZED = 3e-6f;

    /**
     * Logits and vectors of a small decoder, in units of the largest. A few matrix products round
     * their sums in another order than PyTorch's in Python.
     */
    public static final double DECODER_LOGITS = 1e-6;

    /**
     * Logits of a small decoder whose linear attention goes on from sums, in units of the largest:
     * sums over some hundred tokens in another order, through two blocks.
     */
    public static final double RECURRENT_LOGITS = 5e-6;

    /** Gradients of a small decoder, in units of a parameter's largest: sums over all tokens. */
    public static final double DECODER_GRADIENTS = 1e-6;

    /** A curve of ten Adam steps, like {@link #LM_CURVE}, through two transformer blocks. */
    public static final float BLOCKS_CURVE = 5e-5f;

    private Tolerances() {}
}
