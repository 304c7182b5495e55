package io.forestage.torch;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.pytorch.engine.PtNDArray;
import ai.djl.pytorch.jni.JniUtils;
import java.util.Arrays;
import java.util.List;

/**
 * What optimisers of row-sparse gradients need from libtorch: the parts of a COO tensor, and whole
 * steps as native operations for devices whose memory Java cannot reach.
 *
 * <p>Tables are changed in place, outside any gradient. A COO gradient costs what its rows cost,
 * whatever the table's size.
 */
public final class RowUpdates {

    private static final String MODULE = "row-updates.pt";

    private final NDManager owner;
    private final ScriptedOperations operations;

    private RowUpdates(NDManager owner, ScriptedOperations operations) {
        this.owner = owner;
        this.operations = operations;
    }

    /** The arithmetic of a step, with the numbers that it takes. */
    public enum Rule {
        /** Learning rate, momentum, dampening, nesterov, decay, first, the velocity at rest. */
        SGD("sgd"),
        /** Learning rate, ε, weight decay. */
        ADAGRAD("adagrad"),
        /** Step size, β₁, β₂, ε. */
        SPARSE_ADAM("sparse_adam"),
        /** Corrected learning rate, β₁, β₂, ε, root of a correction, decay, kept part. */
        ADAM("adam"),
        /** As {@link #ADAM}, with a third state: the greatest mean of squares. */
        AMSGRAD("amsgrad");

        private final String method;

        Rule(String method) {
            this.method = method;
        }
    }

    /**
     * A sparse gradient's parts, in the order in which they were recorded.
     *
     * @param ids (N) int64, the same one perhaps several times
     * @param values (N, D), contiguous
     */
    public record Parts(NDArray ids, NDArray values) {}

    /**
     * Loads the operations, which takes some 20 ms.
     *
     * @param owner closes them with itself
     * @return the operations
     */
    public static RowUpdates load(NDManager owner) {
        return new RowUpdates(owner, ScriptedOperations.load(owner, MODULE));
    }

    /**
     * Returns whether the operations can be used.
     *
     * @return false once their owner is closed
     */
    public boolean isOpen() {
        return owner.isOpen();
    }

    /**
     * Takes a COO tensor apart, without a copy where its values are contiguous.
     *
     * @param gradient a COO tensor over the rows of a table
     * @param scratch owns the parts
     * @return its parts
     * @throws IllegalArgumentException if the gradient is sparse in both dimensions
     */
    public Parts parts(NDArray gradient, NDManager scratch) {
        NDList parts = operations.runForList(scratch, "parts", bare(gradient, scratch));
        if (parts.get(1).getShape().dimension() != gradient.getShape().dimension()) {
            throw new IllegalArgumentException(
                    "sparse gradient "
                            + gradient.getShape()
                            + ": expected one sparse dimension, the rows, found "
                            + (gradient.getShape().dimension()
                                    - parts.get(1).getShape().dimension()
                                    + 1)
                            + "; make it dense, or sparse over its rows alone");
        }
        return new Parts(parts.get(0), parts.get(1));
    }

    /**
     * Returns whether {@link HostMemory} of an array is the array's own memory and no copy.
     *
     * @param array a dense array
     * @return true if its values lie one after the other
     */
    public boolean isContiguous(NDArray array) {
        try (NDManager scratch = array.getManager().newSubManager()) {
            return operations.run(scratch, "is_contiguous", bare(array, scratch)).getLong() == 1;
        }
    }

    /**
     * Sums the squares of a gradient, of a COO tensor after the rows of one id were added.
     *
     * @param gradient dense or COO
     * @return the sum
     */
    public double squaredNorm(NDArray gradient) {
        try (NDManager scratch = gradient.getManager().newSubManager()) {
            return operations.run(scratch, "squared_norm", bare(gradient, scratch)).getDouble();
        }
    }

    /**
     * Does one step.
     *
     * @param rule the arithmetic
     * @param table the weights
     * @param gradient dense, of the table's shape, or COO over its rows
     * @param states of the table's shape, as many as the rule has
     * @param numbers the rule's, with a factor for the gradient and then a bound that clips it
     *     before them
     * @param moving rows to visit beside those of a COO gradient; for {@link Rule#SGD}
     * @return the rows that the next step has to visit
     * @throws IllegalArgumentException if the gradient is sparse in both dimensions
     */
    public long[] update(
            Rule rule,
            NDArray table,
            NDArray gradient,
            List<NDArray> states,
            double[] numbers,
            long[] moving) {
        try (NDManager scratch = table.getManager().newSubManager()) {
            NDManager host = scratch.newSubManager(Device.cpu());
            if (gradient.isSparse()) {
                parts(gradient, scratch);
            }
            NDList arguments = new NDList(bare(table, scratch), bare(gradient, scratch));
            states.forEach(state -> arguments.add(bare(state, scratch)));
            if (rule == Rule.SGD) {
                if (states.isEmpty()) {
                    arguments.add(scratch.create(new float[0]));
                }
                arguments.add(host.create(moving));
            }
            arguments.add(host.create(new double[] {numbers[0], numbers[1]}));
            arguments.add(host.create(Arrays.copyOfRange(numbers, 2, numbers.length)));
            NDArray result =
                    operations.run(scratch, rule.method, arguments.toArray(new NDArray[0]));
            return rule == Rule.SGD ? result.toLongArray() : new long[0];
        }
    }

    /**
     * Sets the gradient that an array carries to zero, a sparse one to no rows.
     *
     * @param array an array that requires a gradient
     */
    public static void clearGradient(NDArray array) {
        JniUtils.zeroGrad((PtNDArray) array);
    }

    /** The array itself, outside any gradient and without the name that DJL would take apart. */
    private static NDArray bare(NDArray array, NDManager scratch) {
        NDArray bare = array.stopGradient();
        bare.attach(scratch);
        return bare;
    }
}
