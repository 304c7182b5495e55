package io.forestage.torch;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;

/**
 * {@code torch.embedding} and its relatives with all their arguments, of which DJL hands on only
 * {@code sparse}.
 *
 * <p>Gradients are recorded as for any operation: into a table that requires them, while a gradient
 * collector is open. Ids are to be checked before: the native operations do not name a bad one, and
 * on a GPU it ends the process.
 */
public final class EmbeddingOperations {

    private static final String MODULE = "embedding.pt";

    private final NDManager owner;
    private final ScriptedOperations operations;

    private EmbeddingOperations(NDManager owner, ScriptedOperations operations) {
        this.owner = owner;
        this.operations = operations;
    }

    /**
     * Loads the operations, which takes some 20 ms.
     *
     * @param owner closes them with itself
     * @return the operations
     */
    public static EmbeddingOperations load(NDManager owner) {
        return new EmbeddingOperations(owner, ScriptedOperations.load(owner, MODULE));
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
     * Looks rows up: {@code torch.nn.functional.embedding} without {@code max_norm}.
     *
     * @param weight (V, D)
     * @param ids (…) int32 or int64
     * @param paddingIdx the row whose gradient is zero, or −1
     * @param scaleGradByFreq whether a row's gradient is divided by the number of its occurrences
     * @param sparse whether the gradient is a COO tensor
     * @return (…, D), in the manager of the ids
     */
    public NDArray embedding(
            NDArray weight, NDArray ids, long paddingIdx, boolean scaleGradByFreq, boolean sparse) {
        try (NDManager scratch = scratch(ids)) {
            NDArray options =
                    scratch.create(new long[] {paddingIdx, bit(scaleGradByFreq), bit(sparse)});
            return run(ids, scratch, "embedding", weight, ids, options);
        }
    }

    /**
     * Scales the looked-up rows whose norm is greater than a maximum down to it, in place and
     * outside any gradient: {@code torch.embedding_renorm_}.
     *
     * @param weight (V, D)
     * @param ids int32 or int64; a repeated one counts once
     * @param maxNorm the maximum
     * @param normType the p of the norm, infinity too
     */
    public void renormalize(NDArray weight, NDArray ids, double maxNorm, double normType) {
        try (NDManager scratch = scratch(ids)) {
            NDArray options = scratch.create(new double[] {maxNorm, normType});
            run(ids, scratch, "renormalize", weight, ids, options).close();
        }
    }

    /**
     * Reduces bags of rows: {@code torch.nn.functional.embedding_bag} without {@code max_norm}.
     *
     * @param weight (V, D)
     * @param ids (N) int32 or int64, all bags one after the other
     * @param offsets (B) of the ids' type: where each bag begins
     * @param perSampleWeights (N) of the weight's type, or of no elements for none
     * @param options the other options
     * @return (B, D), in the manager of the ids
     */
    public NDArray embeddingBag(
            NDArray weight,
            NDArray ids,
            NDArray offsets,
            NDArray perSampleWeights,
            BagOptions options) {
        try (NDManager scratch = scratch(ids)) {
            return run(
                    ids,
                    scratch,
                    "embedding_bag",
                    weight,
                    ids,
                    offsets,
                    perSampleWeights,
                    scratch.create(options.toNumbers()));
        }
    }

    private NDArray run(NDArray ids, NDManager scratch, String method, NDArray... arguments) {
        NDArray[] unnamed = arguments.clone();
        for (int i = 1; i < unnamed.length; i++) {
            unnamed[i] = unnamed(unnamed[i], scratch);
        }
        NDArray result = operations.run(scratch, method, unnamed);
        result.attach(ids.getManager());
        return result;
    }

    /** DJL takes "a.b", "a[]" and "a()" in a name for the place in a structure. */
    private static NDArray unnamed(NDArray array, NDManager scratch) {
        if (array.getName() == null) {
            return array;
        }
        NDArray view = array.reshape(array.getShape());
        view.attach(scratch);
        return view;
    }

    private static NDManager scratch(NDArray ids) {
        return ids.getManager().newSubManager(Device.cpu());
    }

    private static long bit(boolean value) {
        return value ? 1 : 0;
    }

    /**
     * The numbers of {@code torch.embedding_bag}.
     *
     * @param scaleGradByFreq whether a row's gradient is divided by the number of its occurrences
     * @param mode 0 for the sum, 1 for the mean, 2 for the maximum
     * @param sparse whether the gradient is a COO tensor
     * @param includeLastOffset whether the last offset is the end of the last bag
     * @param paddingIdx the row left out of every bag, or −1
     */
    public record BagOptions(
            boolean scaleGradByFreq,
            int mode,
            boolean sparse,
            boolean includeLastOffset,
            long paddingIdx) {

        long[] toNumbers() {
            return new long[] {
                bit(scaleGradByFreq), mode, bit(sparse), bit(includeLastOffset), paddingIdx
            };
        }
    }
}
