package io.forestage.optim;

import io.forestage.support.OptionCheck;
import io.forestage.torch.RowUpdates;
import java.util.Arrays;

/**
 * {@code torch.optim.SGD} with momentum.
 *
 * @param options the optimiser's options
 * @param learningRate the learning rate of this step
 * @param isFirst whether this is the first step, whose velocity is the undamped gradient
 */
record SgdRule(Options options, double learningRate, boolean isFirst) implements UpdateRule {

    /**
     * A smaller velocity is set to 0. It is too small to change a weight, unless that is as small,
     * and would decay to subnormal numbers, whose arithmetic is many times slower.
     */
    private static final float MIN_VELOCITY = 0x1p-100f;

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
            MIN_VELOCITY
        };
    }

    /** Replaces the gradient by the direction of the step; returns whether the row keeps moving. */
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
        return keepsMoving() && !stops(velocity, size);
    }

    private static boolean stops(float[] velocity, int size) {
        float maximum = 0;
        for (int i = 0; i < size; i++) {
            maximum = Math.max(maximum, Math.abs(velocity[i]));
        }
        if (maximum >= MIN_VELOCITY || Float.isNaN(maximum)) {
            return false;
        }
        Arrays.fill(velocity, 0, size, 0f);
        return true;
    }

    /**
     * The checked options of {@code torch.optim.SGD}.
     *
     * @param momentum the factor of the velocity in each step
     * @param dampening 1 minus the factor of the gradient in the velocity
     * @param nesterov whether Nesterov's momentum is used
     * @param lazyMomentum whether rows without a gradient keep their weights and velocity
     * @param weightDecay this factor times the weight is added to the gradient
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
                        "nesterov: expected a momentum above 0 and a dampening of 0, found momentum %s and dampening %s"
                                .formatted(momentum, dampening));
            }
        }
    }
}
