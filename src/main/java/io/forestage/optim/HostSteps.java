package io.forestage.optim;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import io.forestage.torch.HostMemory;
import io.forestage.torch.RowUpdates;
import io.forestage.torch.RowUpdates.Parts;

/** Opens the memory of weights and gradients on the CPU for a pass. */
final class HostSteps {

    private final Workers workers;
    private final RowGroups groups = new RowGroups();

    HostSteps(Workers workers) {
        this.workers = workers;
    }

    void run(
            RowRule rule,
            GradientScale scale,
            NDArray weight,
            NDArray gradient,
            RowState state,
            RowUpdates operations) {
        HostPass pass = new HostPass(workers, rule, scale);
        try (NDManager scratch = weight.getManager().newSubManager()) {
            NDArray weights = bare(weight, scratch);
            if (gradient.isSparse()) {
                Parts parts = group(gradient, operations, scratch);
                groups.include(state.moving());
                int width = state.width();
                int[] moving =
                        pass.updateRows(
                                HostTable.of(weights, width),
                                HostTable.of(parts.values(), width),
                                groups,
                                state);
                state.setMoving(moving);
            } else {
                pass.updateAll(
                        HostTable.of(weights, HostPass.BLOCK),
                        HostTable.of(bare(gradient, scratch), HostPass.BLOCK),
                        state);
            }
        }
    }

    double squaredNorm(NDArray gradient, RowUpdates operations) {
        try (NDManager scratch = gradient.getManager().newSubManager()) {
            HostNorm norm = new HostNorm(workers);
            if (!gradient.isSparse()) {
                NDArray values = bare(gradient, scratch);
                return norm.ofAll(HostTable.of(values, HostPass.BLOCK), gradient.size());
            }
            Parts parts = group(gradient, operations, scratch);
            int width = Math.toIntExact(gradient.getShape().get(1));
            return norm.ofRows(HostTable.of(parts.values(), width), groups, width);
        }
    }

    private Parts group(NDArray gradient, RowUpdates operations, NDManager scratch) {
        Parts parts = operations.parts(gradient, scratch);
        groups.group(
                HostMemory.of(parts.ids()).asLongBuffer(),
                Math.toIntExact(parts.ids().size()),
                gradient.getShape().get(0));
        return parts;
    }

    /** An array outside any gradient; a copy of it, should its memory need one, is scratch too. */
    private static NDArray bare(NDArray array, NDManager scratch) {
        NDArray bare = array.stopGradient();
        bare.attach(scratch);
        return bare;
    }
}
