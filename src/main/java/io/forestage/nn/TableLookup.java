package io.forestage.nn;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.index.NDIndex;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.SparseFormat;
import io.forestage.torch.EmbeddingOperations;
import io.forestage.torch.NativeMemory;
import io.forestage.torch.RecordedLookups;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Looks up rows of a table with the given {@link EmbeddingOptions}. DJL's own lookup is used where
 * it has the options that are set. Otherwise the scripted operation is loaded at its first use, in
 * the manager that owns the block's own table. A copy of the table, such as a predictor's on
 * another device, may be closed while other threads still look up rows, so its manager cannot be
 * the owner.
 */
final class TableLookup {

    private final EmbeddingOptions options;
    private @Nullable EmbeddingOperations operations;

    TableLookup(EmbeddingOptions options) {
        this.options = options;
    }

    /** Looks up checked ids (…) → (…, D), in the manager of the ids. */
    NDArray find(NDArray table, NDArray ids, NDManager owner) {
        return after(table, ids, owner, () -> lookup(table, ids, owner));
    }

    /**
     * Looks up checked ids like {@link #find}, without the table in the graph where that is
     * possible: the optimiser takes the gradient from {@link RecordedLookups}.
     */
    NDArray findFused(NDArray table, String parameterId, NDArray ids, NDManager owner) {
        return after(
                table,
                ids,
                owner,
                () -> {
                    NDArray found =
                            RecordedLookups.lookUp(
                                    table,
                                    parameterId,
                                    ids,
                                    options.paddingIdx(),
                                    operations(owner));
                    return found == null ? lookup(table, ids, owner) : found;
                });
    }

    /** Scales the rows of the ids down to the maximum norm, in place, then reads the table. */
    NDArray after(NDArray table, NDArray ids, NDManager owner, Supplier<NDArray> read) {
        Double maxNorm = options.maxNorm();
        if (maxNorm == null || ids.size() == 0) {
            return read.get();
        }
        // Two threads could scale the same row twice, or read a row that is half scaled.
        synchronized (this) {
            operations(owner).renormalize(table, ids, maxNorm, options.normType());
            return read.get();
        }
    }

    /** Returns the native operations, which are closed with their owner. */
    synchronized EmbeddingOperations operations(NDManager owner) {
        EmbeddingOperations loaded = operations;
        if (loaded == null || !loaded.isOpen()) {
            loaded = EmbeddingOperations.load(owner);
            operations = loaded;
        }
        return loaded;
    }

    /** Sets the padding row of a new table to zero. */
    void zeroPadding(NDArray table) {
        if (options.hasPadding()) {
            // On most threads an in-place change of an array that requires a gradient is an error.
            try (NDArray values = table.stopGradient()) {
                values.set(new NDIndex().addIndices(options.paddingIdx()), 0);
            }
        }
    }

    private NDArray lookup(NDArray table, NDArray ids, NDManager owner) {
        if (!table.hasGradient()) {
            return plain(table, ids);
        }
        // The backward pass reads the ids, and a sparse gradient refers to them. The caller may
        // have
        // closed them by then.
        try (NDArray kept = NativeMemory.copyOf(ids)) {
            // libtorch adds float16 gradients in float16, where 2048 + 1 is 2048.
            return options.changesGradient() || table.getDataType() == DataType.FLOAT16
                    ? operations(owner)
                            .embedding(
                                    table,
                                    kept,
                                    options.paddingIdx(),
                                    options.scaleGradByFreq(),
                                    options.sparse())
                    : plain(table, kept);
        }
    }

    private NDArray plain(NDArray table, NDArray ids) {
        SparseFormat gradient = options.sparse() ? SparseFormat.COO : SparseFormat.DENSE;
        return ids.getNDArrayInternal().embedding(ids, table, gradient).singletonOrThrow();
    }
}
