package io.forestage.torch;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.pytorch.engine.PtNDArray;
import ai.djl.pytorch.jni.IValue;

/**
 * {@code torch.embedding} and related operations with all their arguments. DJL passes on only
 * {@code sparse}.
 *
 * <p>Gradients are recorded as for any operation: for a table that requires a gradient, while a
 * {@link ai.djl.training.GradientCollector} is open. The caller must check the ids first: the
 * native operations do not name a bad id, and on a GPU it ends the process.
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
     * Loads the operations, in about 20 ms.
     *
     * @param owner closes them when it is closed
     */
    public static EmbeddingOperations load(NDManager owner) {
        return new EmbeddingOperations(owner, ScriptedOperations.load(owner, MODULE));
    }

    /** Returns whether the operations can be used, which ends when their owner is closed. */
    public boolean isOpen() {
        return owner.isOpen();
    }

    /**
     * Looks up rows: {@code torch.nn.functional.embedding} without {@code max_norm}.
     *
     * @param weight (V, D)
     * @param ids (…) int32 or int64
     * @param paddingIdx the row whose gradient is zero, or −1
     * @param scaleGradByFreq whether a row's gradient is divided by its number of occurrences
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
     * Looks up rows for {@link RecordedLookups}: the table gets no gradient, the vectors do.
     *
     * @param weight (V, D)
     * @param ids (…) int32 or int64
     * @return the vectors as a leaf and as a result of the same memory, both in the manager of the
     *     ids
     */
    NDList fused(NDArray weight, NDArray ids) {
        return fused("fused", weight, ids);
    }

    /**
     * Looks up rows like {@link #fused}, and adds a ticket to the table's gradient if that has no
     * rows.
     *
     * @param weight (V, D)
     * @param ids (…) int32 or int64
     * @param gradient (V, D), COO
     * @param ticket (V, D), COO
     * @return the two arrays of {@link #fused}, and (2) int64: the number of rows that the gradient
     *     had, and its version
     */
    NDList fusedFirst(NDArray weight, NDArray ids, NDArray gradient, NDArray ticket) {
        return fused("fused_first", weight, ids, gradient, ticket);
    }

    private NDList fused(String method, NDArray weight, NDArray... others) {
        NDArray bare = weight.stopGradient();
        bare.attach(others[0].getManager());
        try (bare) {
            NDArray[] arguments = new NDArray[others.length + 1];
            arguments[0] = bare;
            System.arraycopy(others, 0, arguments, 1, others.length);
            return operations.runForList(method, arguments);
        }
    }

    /** Returns whether one of two dense arrays is a view of the other's memory. */
    boolean shares(NDArray one, NDArray other) {
        try (IValue first = IValue.from((PtNDArray) one);
                IValue second = IValue.from((PtNDArray) other);
                IValue result = operations.value("shares", first, second)) {
            return result.toBoolean();
        }
    }

    /** Returns the number of rows of a COO tensor, and how often it was changed in place. */
    long[] sparseState(NDArray tensor) {
        try (IValue given = IValue.from((PtNDArray) tensor);
                IValue result = operations.value("sparse_state", given)) {
            return result.toLongArray();
        }
    }

    /**
     * Returns whether a gradient is the ticket of {@link RecordedLookups}: it has not been changed,
     * and a copy of it has one row, which starts with NaN.
     */
    boolean isTicket(NDArray gradient, NDArray copy, long version) {
        try (IValue own = IValue.from((PtNDArray) gradient);
                IValue given = IValue.from((PtNDArray) copy);
                IValue expected = IValue.from(version);
                IValue result = operations.value("is_ticket", own, given, expected)) {
            return result.toBoolean();
        }
    }

    /**
     * Scales the rows of the ids down to a maximum norm, in place and without recording a gradient:
     * {@code torch.embedding_renorm_}.
     *
     * @param weight (V, D)
     * @param ids int32 or int64; a repeated id counts once
     * @param maxNorm the maximum norm
     * @param normType the p of the p-norm, which may be infinite
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
     * @param offsets (B) of the ids' type: the index of each bag's first id
     * @param perSampleWeights (N) of the weight's type, or empty for none
     * @param options the other arguments
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

    /**
     * Adds rows of a table on the CPU in one pass: each is read once and each sum written once. No
     * gradient is recorded. A sum starts at 0, so that −0 plus −0 is 0.
     *
     * @param table (V, D), float32 without a gradient
     * @param rows (…, K) int32 or int64, checked: the rows of each sum
     * @return (…, D), in the manager of the rows
     */
    public NDArray rowSums(NDArray table, NDArray rows) {
        return operations.run("row_sums", rows, table);
    }

    private NDArray run(NDArray ids, NDManager scratch, String method, NDArray... arguments) {
        NDArray[] unnamed = arguments.clone();
        for (int i = 1; i < unnamed.length; i++) {
            unnamed[i] = ScriptedOperations.unnamed(unnamed[i], scratch);
        }
        NDArray result = operations.run(method, unnamed);
        result.attach(ids.getManager());
        return result;
    }

    private static NDManager scratch(NDArray ids) {
        return ids.getManager().newSubManager(Device.cpu());
    }

    private static long bit(boolean value) {
        return value ? 1 : 0;
    }

    /**
     * Arguments of {@code torch.embedding_bag}.
     *
     * @param scaleGradByFreq whether a row's gradient is divided by its number of occurrences
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
