package io.forestage.nn;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.index.NDIndex;
import ai.djl.ndarray.types.SparseFormat;
import io.forestage.torch.EmbeddingOperations;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Looks rows of a table up as {@link EmbeddingOptions} say. DJL's own lookup serves where they ask
 * for no more than it does; the scripted one is loaded when it is first needed.
 */
final class TableLookup {

    private final EmbeddingOptions options;
    private @Nullable EmbeddingOperations operations;

    TableLookup(EmbeddingOptions options) {
        this.options = options;
    }

    /** (…) ids, which are checked, → (…, D), in the manager of the ids. */
    NDArray find(NDArray table, NDArray ids) {
        return after(table, ids, () -> lookup(table, ids));
    }

    /** Reads the table after the rows of ids were scaled down to the maximum norm, in place. */
    NDArray after(NDArray table, NDArray ids, Supplier<NDArray> read) {
        Double maxNorm = options.maxNorm();
        if (maxNorm == null || ids.size() == 0) {
            return read.get();
        }
        // Two threads that scale the same row would do so twice, or read it half scaled.
        synchronized (this) {
            operations(table).renormalize(table, ids, maxNorm, options.normType());
            return read.get();
        }
    }

    /** The native operations, owned by the table's manager. */
    synchronized EmbeddingOperations operations(NDArray table) {
        EmbeddingOperations loaded = operations;
        if (loaded == null || !loaded.isOpen()) {
            loaded = EmbeddingOperations.load(table.getManager());
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

    private NDArray lookup(NDArray table, NDArray ids) {
        if (options.shapesTheGradient() && table.hasGradient()) {
            return operations(table)
                    .embedding(
                            table,
                            ids,
                            options.paddingIdx(),
                            options.scaleGradByFreq(),
                            options.sparse());
        }
        return EmbeddingTable.lookup(
                table, ids, options.sparse() ? SparseFormat.COO : SparseFormat.DENSE);
    }
}
