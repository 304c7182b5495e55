package io.forestage.optim;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import io.forestage.optim.GroupedParameters.Member;
import java.util.HashSet;
import java.util.Set;

/**
 * The factor that keeps the norm of all gradients of a step at a maximum.
 *
 * <p>DJL updates one parameter after the other and says nothing about where a step begins. A step
 * begins here with the first update of a parameter that was updated since the last beginning, or
 * when every parameter was; at that moment no gradient of the step has been used up yet.
 */
final class GlobalNorm {

    /** PyTorch's, against division by zero. */
    private static final double SMALL = 1e-6;

    private final GroupedParameters parameters;
    private final double maximum;
    private final Set<String> notUpdated = new HashSet<>();
    private float factor;

    GlobalNorm(GroupedParameters parameters, double maximum) {
        this.parameters = parameters;
        this.maximum = maximum;
    }

    float factor(String id, NDArray weight) {
        requireOneDevice(id, weight.getDevice());
        if (!notUpdated.remove(id)) {
            factor = newFactor();
            notUpdated.addAll(parameters.trainable().keySet());
            notUpdated.remove(id);
        }
        return factor;
    }

    private float newFactor() {
        notUpdated.clear();
        double squares = 0;
        for (Member member : parameters.trainable().values()) {
            try (NDArray gradient = member.parameter().getArray().getGradient()) {
                squares += member.optimizer().squaredNorm(gradient);
            }
        }
        double norm = Math.sqrt(squares);
        if (!Double.isFinite(norm)) {
            throw new IllegalStateException(
                    "norm of all gradients: expected a finite number, found "
                            + norm
                            + "; the loss has left the numbers, so nothing was updated");
        }
        return (float) Math.min(1, maximum / (norm + SMALL));
    }

    private void requireOneDevice(String id, Device device) {
        Device own = parameters.member(id).parameter().getArray().getDevice();
        if (!own.equals(device)) {
            throw new IllegalStateException(
                    "clipNorm: expected training on "
                            + own
                            + " alone, where the block's parameters are, found an update on "
                            + device);
        }
    }
}
