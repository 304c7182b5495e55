package io.forestage.nn;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.index.NDIndex;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.SparseFormat;
import io.forestage.torch.EmbeddingOperations;
import io.forestage.torch.NativeMemory;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Looks rows of a table up as {@link EmbeddingOptions} say. DJL's own lookup serves where they ask
 * for no more than it does; the scripted one is loaded when it is first needed, for the manager
 * that owns the block's own table: a copy of the table, such as a predictor's on another device,
 * may be closed while others still look rows up.
 */
final class TableLookup {

    private final EmbeddingOptions options;
    private @Nullable EmbeddingOperations operations;

    TableLookup(EmbeddingOptions options) {
        this.options = options;
    }

    /** (…) ids, which are checked, → (…, D), in the manager of the ids. */
    NDArray find(NDArray table, NDArray ids, NDManager owner) {
        return after(table, ids, owner, () -> lookup(table, ids, owner));
    }

    /** Reads the table after the rows of ids were scaled down to the maximum norm, in place. */
    NDArray after(NDArray table, NDArray ids, NDManager owner, Supplier<NDArray> read) {
        Double maxNorm = options.maxNorm();
        if (maxNorm == null || ids.size() == 0) {
            return read.get();
        }
        // Two threads that scale the same row would do so twice, or read it half scaled.
        synchronized (this) {
            operations(owner).renormalize(table, ids, maxNorm, options.normType());
            return read.get();
        }
    }

    /** The native operations, which live as long as their owner. */
    synchronized EmbeddingOperations operations(NDManager owner) {
        EmbeddingOperations loaded = operations;
        if (loaded == null || !loaded.isOpen()) {
            loaded = EmbeddingOperations.load(owner);
            operations = loaded;
        }
        return loaded;
    }

    /** Zeros the padding row of a new table. */
    void zeroPadding(NDArray table) {
        if (options.hasPadding()) {
            // Past the gradient: an in-place change of what wants one is refused on most threads.
            try (NDArray values = table.stopGradient()) {
                values.set(new NDIndex().addIndices(options.paddingIdx()), 0);
            }
        }
    }

    private NDArray lookup(NDArray table, NDArray ids, NDManager owner) {
        if (!table.hasGradient()) {
            return plain(table, ids);
        }
        // The backward pass reads the ids, and a sparse gradient points at them, when the caller
        // may have closed them.
        try (NDArray kept = NativeMemory.copyOf(ids)) {
            // libtorch adds a gradient of float16 up in float16, where 2048 + 1 is 2048.
            return options.shapesTheGradient() || table.getDataType() == DataType.FLOAT16
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
