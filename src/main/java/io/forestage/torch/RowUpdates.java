package io.forestage.torch;

import ai.djl.Device;
import ai.djl.engine.EngineException;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.pytorch.engine.PtNDArray;
import ai.djl.pytorch.jni.JniUtils;
import java.util.Arrays;
import java.util.List;

/**
 * Native operations for optimisers of row-sparse gradients: the ids and values of a COO tensor, and
 * whole optimiser steps for devices whose memory Java cannot access.
 *
 * <p>Tables are changed in place, without recording a gradient. The cost of a step with a COO
 * gradient depends on its rows and not on the table's size.
 */
public final class RowUpdates {

    private static final String MODULE = "row-updates.pt";

    private final NDManager owner;
    private final ScriptedOperations operations;

    private RowUpdates(NDManager owner, ScriptedOperations operations) {
        this.owner = owner;
        this.operations = operations;
    }

    /** The arithmetic of a step; each constant lists the numbers that it requires, in order. */
    public enum Rule {
        /** Learning rate, momentum, dampening, nesterov, decay, first, smallest velocity. */
        SGD("sgd"),
        /** Learning rate, ε, weight decay. */
        ADAGRAD("adagrad"),
        /** Step size, β₁, β₂, ε. */
        SPARSE_ADAM("sparse_adam"),
        /**
         * Corrected learning rate, β₁, β₂, ε, root of the second correction, decay, weight factor.
         */
        ADAM("adam"),
        /** As {@link #ADAM}, with a third state: the maximum of the mean of squares. */
        AMSGRAD("amsgrad");

        private final String method;

        Rule(String method) {
            this.method = method;
        }
    }

    /**
     * The parts of a sparse gradient, in the order in which they were recorded.
     *
     * @param ids (N) int64, possibly with duplicates, or of another shape with N elements
     * @param values (N, D), or of another shape with N · D elements
     */
    public record Parts(NDArray ids, NDArray values) {}

    /**
     * Loads the operations, in about 20 ms.
     *
     * @param owner closes them when it is closed
     */
    public static RowUpdates load(NDManager owner) {
        return new RowUpdates(owner, ScriptedOperations.load(owner, MODULE));
    }

    /** Returns whether the operations can be used, which ends when their owner is closed. */
    public boolean isOpen() {
        return owner.isOpen();
    }

    /**
     * Returns the ids and values of a COO tensor, without a copy where the values are contiguous.
     *
     * @param gradient a COO tensor over the rows of a table
     * @param scratch the owner of the parts
     * @throws IllegalArgumentException if the gradient is sparse in both dimensions
     */
    public Parts parts(NDArray gradient, NDManager scratch) {
        NDList parts = operations.runForList("parts", bare(gradient, scratch));
        if (parts.get(1).getShape().dimension() != gradient.getShape().dimension()) {
            throw new IllegalArgumentException(
                    "sparse gradient %s: expected one sparse dimension, the rows, found %d; make it dense, or sparse over its rows alone"
                            .formatted(
                                    gradient.getShape(),
                                    gradient.getShape().dimension()
                                            - parts.get(1).getShape().dimension()
                                            + 1));
        }
        return new Parts(parts.get(0), parts.get(1));
    }

    /**
     * Makes a table's COO gradient of the gradients of rows that were looked up, without a copy
     * unless some are left out.
     *
     * @param table (V, D)
     * @param ids the rows, int32 or int64
     * @param vectors the rows' gradients, (…, D)
     * @param paddingIdx the row that is left out, or −1
     * @param scratch the owner of the gradient
     */
    NDArray gradient(
            NDArray table, NDArray ids, NDArray vectors, long paddingIdx, NDManager scratch) {
        NDManager host = scratch.newSubManager(Device.cpu());
        return operations.run(
                "gradient",
                bare(table, scratch),
                bare(ids, scratch),
                bare(vectors, scratch),
                host.create(new long[] {paddingIdx}));
    }

    /**
     * Returns whether an array is contiguous, so that {@link HostMemory#of} returns its own memory.
     *
     * @param array a dense array
     */
    public boolean isContiguous(NDArray array) {
        try (NDManager scratch = array.getManager().newSubManager()) {
            return operations.run("is_contiguous", bare(array, scratch)).getLong() == 1;
        }
    }

    /**
     * Returns the sum of a gradient's squares. In a COO tensor, rows of the same id are added
     * first.
     *
     * @param gradient dense or COO
     */
    public double squaredNorm(NDArray gradient) {
        try (NDManager scratch = gradient.getManager().newSubManager()) {
            return operations.run("squared_norm", bare(gradient, scratch)).getDouble();
        }
    }

    /**
     * Does one optimiser step.
     *
     * @param rule the arithmetic
     * @param table the weights
     * @param gradient dense, of the table's shape, or COO over its rows
     * @param states the rule's states, of the table's shape
     * @param numbers a factor of the gradient, a bound that then clips it, and the rule's numbers
     * @param moving rows to update besides those of a COO gradient, for {@link Rule#SGD}
     * @return the rows that the next step must update even without a gradient
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
            NDArray result = run(rule, gradient, arguments);
            return rule == Rule.SGD ? result.toLongArray() : new long[0];
        }
    }

    private NDArray run(Rule rule, NDArray gradient, NDList arguments) {
        try {
            return operations.run(rule.method, arguments.toArray(new NDArray[0]));
        } catch (EngineException e) {
            if (gradient.isSparse()) {
                try (NDManager scratch = gradient.getManager().newSubManager()) {
                    parts(gradient, scratch); // throws if that was the cause
                }
            }
            throw e;
        }
    }

    /**
     * Sets an array's gradient to zero; a sparse gradient then has no rows.
     *
     * @param array an array that requires a gradient
     */
    public static void clearGradient(NDArray array) {
        JniUtils.zeroGrad((PtNDArray) array);
    }

    /** Returns a view without gradient, and without a name that DJL would parse. */
    private static NDArray bare(NDArray array, NDManager scratch) {
        NDArray bare = array.stopGradient();
        bare.attach(scratch);
        return bare;
    }
}
