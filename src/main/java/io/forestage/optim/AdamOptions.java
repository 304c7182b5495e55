package io.forestage.optim;

import java.util.List;

/**
 * The options of the Adam family, checked.
 *
 * @param beta1 the part of the mean of gradients that stays
 * @param beta2 the part of the mean of squares that stays
 * @param epsilon added to the root
 * @param amsgrad whether the root is of the greatest mean of squares so far
 */
record AdamOptions(double beta1, double beta2, double epsilon, boolean amsgrad) {

    AdamOptions {
        Ranges.requireBelowOne("beta1", beta1);
        Ranges.requireBelowOne("beta2", beta2);
        Ranges.requireAboveZero("epsilon", epsilon);
    }

    /** The names of what is remembered, PyTorch's. */
    List<String> tables() {
        return amsgrad
                ? List.of("exp_avg", "exp_avg_sq", "max_exp_avg_sq")
                : List.of("exp_avg", "exp_avg_sq");
    }

    /** What the mean of gradients is to be divided by, as it started from zero. */
    double correction1(int step) {
        return 1 - StrictMath.pow(beta1, step);
    }

    /** What the mean of squares is to be divided by. */
    double correction2(int step) {
        return 1 - StrictMath.pow(beta2, step);
    }
}
