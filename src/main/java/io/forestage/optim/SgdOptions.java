package io.forestage.optim;

/**
 * The options of {@code torch.optim.SGD}, checked.
 *
 * @param momentum the part of the velocity that stays
 * @param dampening the part of the gradient that does not enter the velocity
 * @param nesterov whether the step looks ahead
 * @param lazyMomentum whether a velocity rests while nothing touches its row
 * @param weightDecay the part of a weight that is added to its gradient
 */
record SgdOptions(
        double momentum,
        double dampening,
        boolean nesterov,
        boolean lazyMomentum,
        double weightDecay) {

    SgdOptions {
        Ranges.requireAtLeastZero("momentum", momentum);
        Ranges.requireFinite("dampening", dampening);
        Ranges.requireAtLeastZero("weightDecays", weightDecay);
        if (nesterov && (momentum == 0 || dampening != 0)) {
            throw new IllegalArgumentException(
                    "nesterov: expected a momentum above 0 and a dampening of 0, found momentum "
                            + momentum
                            + " and dampening "
                            + dampening);
        }
    }
}
