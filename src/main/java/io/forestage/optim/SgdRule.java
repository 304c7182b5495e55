package io.forestage.optim;

import io.forestage.support.OptionCheck;
import io.forestage.torch.RowUpdates;
import java.util.Arrays;

/**
 * {@code torch.optim.SGD} with momentum.
 *
 * @param options the optimiser's
 * @param learningRate of this step
 * @param isFirst whether the velocity starts as the gradient itself, without dampening
 */
record SgdRule(Options options, double learningRate, boolean isFirst) implements UpdateRule {

    /**
     * A velocity below this is none: it could move no weight that is not of this size itself, and
     * numbers of the size it decays to next are many times slower.
     */
    private static final float REST = 0x1p-100f;

    @Override
    public boolean update(Row row) {
        float[] weight = row.weight;
        float[] gradient = row.gradient;
        float decay = (float) options.weightDecay();
        if (decay != 0) {
            for (int i = 0; i < row.size; i++) {
                gradient[i] += decay * weight[i];
            }
        }
        boolean moves = options.momentum() != 0 && accelerate(gradient, row.state[0], row.size);
        float negative = (float) -learningRate;
        for (int i = 0; i < row.size; i++) {
            weight[i] += negative * gradient[i];
        }
        return moves;
    }

    @Override
    public boolean keepsMoving() {
        return options.momentum() != 0 && !options.lazyMomentum();
    }

    @Override
    public RowUpdates.Rule script() {
        return RowUpdates.Rule.SGD;
    }

    @Override
    public double[] numbers() {
        return new double[] {
            learningRate,
            options.momentum(),
            options.dampening(),
            options.nesterov() ? 1 : 0,
            options.weightDecay(),
            isFirst ? 1 : 0,
            REST
        };
    }

    /** Turns the gradient into the direction of the step. */
    private boolean accelerate(float[] gradient, float[] velocity, int size) {
        float momentum = (float) options.momentum();
        float fresh = (float) (1 - options.dampening());
        if (isFirst) {
            System.arraycopy(gradient, 0, velocity, 0, size);
        } else {
            for (int i = 0; i < size; i++) {
                velocity[i] = momentum * velocity[i] + fresh * gradient[i];
            }
        }
        if (options.nesterov()) {
            for (int i = 0; i < size; i++) {
                gradient[i] += momentum * velocity[i];
            }
        } else {
            System.arraycopy(velocity, 0, gradient, 0, size);
        }
        return keepsMoving() && !comesToRest(velocity, size);
    }

    private static boolean comesToRest(float[] velocity, int size) {
        float greatest = 0;
        for (int i = 0; i < size; i++) {
            greatest = Math.max(greatest, Math.abs(velocity[i]));
        }
        if (greatest >= REST || Float.isNaN(greatest)) {
            return false;
        }
        Arrays.fill(velocity, 0, size, 0f);
        return true;
    }

    /**
     * The options of {@code torch.optim.SGD}, checked.
     *
     * @param momentum the part of the velocity that stays
     * @param dampening the part of the gradient that does not enter the velocity
     * @param nesterov whether the step looks ahead
     * @param lazyMomentum whether a velocity rests while nothing touches its row
     * @param weightDecay the part of a weight that is added to its gradient
     */
    record Options(
            double momentum,
            double dampening,
            boolean nesterov,
            boolean lazyMomentum,
            double weightDecay) {

        Options {
            OptionCheck.requireAtLeastZero("momentum", momentum);
            OptionCheck.requireFinite("dampening", dampening);
            OptionCheck.requireAtLeastZero("weightDecays", weightDecay);
            if (nesterov && (momentum == 0 || dampening != 0)) {
                throw new IllegalArgumentException(
                        "nesterov: expected a momentum above 0 and a dampening of 0, found momentum"
                                + " "
                                + momentum
                                + " and dampening "
                                + dampening);
            }
        }
    }
}
