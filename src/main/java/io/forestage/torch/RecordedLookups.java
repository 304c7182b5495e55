package io.forestage.torch;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.ndarray.types.SparseFormat;
import ai.djl.pytorch.engine.PtNDArray;
import ai.djl.pytorch.jni.JniUtils;
import java.lang.ref.Reference;
import java.lang.ref.ReferenceQueue;
import java.lang.ref.WeakReference;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * The lookups of a table since its last optimiser step, where the table is not in the graph: the
 * vectors are leaves, which get a dense gradient without a copy. The block that looks up and the
 * optimiser find the same object by the table.
 *
 * <p>Meanwhile the table's own gradient is a ticket: a COO tensor of one row of NaN. DJL asks every
 * parameter for a gradient. Without one it would make zeros of the table's size, and its trainer
 * would refuse the first step. NaN, because code that takes the ticket for a gradient should fail
 * visibly.
 */
public final class RecordedLookups {

    private static final Map<Key, RecordedLookups> BY_TABLE = new ConcurrentHashMap<>();
    private static final ReferenceQueue<NDArray> COLLECTED = new ReferenceQueue<>();

    private final NDManager owner;
    private final long paddingIdx;
    private final List<Lookup> lookups = new ArrayList<>();

    private RecordedLookups(NDManager owner, long paddingIdx) {
        this.owner = owner;
        this.paddingIdx = paddingIdx;
    }

    /**
     * A lookup.
     *
     * @param ids the ids
     * @param vectors the leaf
     * @param startsPass whether a backward pass had reached the lookup before
     */
    private record Lookup(NDArray ids, NDArray vectors, boolean startsPass) {

        boolean hasGradient() {
            try (NDArray gradient = JniUtils.getGradient((PtNDArray) vectors)) {
                return gradient != null;
            }
        }
    }

    /**
     * Returns whether a lookup in a table can be recorded: the table is trained and of a type that
     * optimisers take, and gradients are recorded on this thread.
     *
     * @param table (V, D)
     * @param ids checked ids
     */
    public static boolean canRecord(NDArray table, NDArray ids) {
        return table.hasGradient()
                && (table.getDataType() == DataType.FLOAT32
                        || table.getDataType() == DataType.FLOAT64)
                && ids.size() > 0
                && table.getShape().get(1) > 0
                && JniUtils.isGradMode();
    }

    /**
     * Looks up rows and records the lookup until the optimiser's step.
     *
     * @param table (V, D), which requires a gradient
     * @param ids checked ids, int32 or int64
     * @param paddingIdx the row whose gradient is left out, or −1
     * @param operations the native operations
     * @return the vectors (…, D), in the manager of the ids; the table is not in their graph
     */
    public static NDArray lookUp(
            NDArray table, NDArray ids, long paddingIdx, EmbeddingOperations operations) {
        closeCollected();
        return BY_TABLE
                .computeIfAbsent(
                        new Key(table, COLLECTED),
                        key ->
                                new RecordedLookups(
                                        table.getManager().newSubManager(table.getDevice()),
                                        paddingIdx))
                .record(table, ids, operations);
    }

    /**
     * Returns the lookups of a table since its last step.
     *
     * @param table the array that was looked up
     * @return the lookups, or null if there are none
     */
    public static @Nullable RecordedLookups of(NDArray table) {
        RecordedLookups found = BY_TABLE.get(new Key(table, null));
        return found == null || found.isEmpty() ? null : found;
    }

    private synchronized boolean isEmpty() {
        return lookups.isEmpty();
    }

    private synchronized NDArray record(
            NDArray table, NDArray ids, EmbeddingOperations operations) {
        if (lookups.isEmpty()) {
            giveTicket(table);
        }
        // The caller may close the ids, or change them, before the step.
        NDArray kept = ids.duplicate();
        kept.attach(owner);
        NDList found = operations.fused(table, kept);
        boolean startsPass = lookups.isEmpty() || lookups.get(lookups.size() - 1).hasGradient();
        lookups.add(new Lookup(kept, found.get(0), startsPass));
        NDArray vectors = found.get(1);
        vectors.attach(ids.getManager());
        return vectors;
    }

    /**
     * Makes the table's COO gradient of the lookups that a backward pass reached, with the parts
     * that autograd would have recorded. Those of one lookup are not copied.
     *
     * @param table the table
     * @param ticket the table's own gradient
     * @param scratch the owner of the result
     * @param operations the native operations
     * @return a COO tensor, possibly without rows
     * @throws IllegalStateException if the table has another gradient besides
     */
    public synchronized NDArray gradient(
            NDArray table, NDArray ticket, NDManager scratch, RowUpdates operations) {
        requireTicket(table, ticket, scratch, operations);
        NDArray sum = null;
        Deque<NDArray> pass = new ArrayDeque<>();
        for (Lookup lookup : lookups) {
            if (lookup.startsPass() && !pass.isEmpty()) {
                sum = sum(sum, pass, scratch);
            }
            NDArray gradient = JniUtils.getGradient((PtNDArray) lookup.vectors());
            if (gradient != null) {
                gradient.attach(scratch);
                pass.push(operations.gradient(table, lookup.ids(), gradient, paddingIdx, scratch));
            }
        }
        if (pass.isEmpty() && sum == null) {
            NDArray none = scratch.create(new Shape(0), DataType.INT64);
            NDArray noRows =
                    scratch.create(new Shape(0, table.getShape().get(1)), table.getDataType());
            pass.push(operations.gradient(table, none, noRows, -1, scratch));
        }
        return sum(sum, pass, scratch);
    }

    /**
     * Adds the gradients of a backward pass, the last lookup's first, to those of earlier passes.
     * Autograd adds in this order, and PyTorch's addition merges rows, so another order has other
     * last bits.
     */
    private static NDArray sum(
            @Nullable NDArray earlier, Deque<NDArray> pass, NDManager scratch) {
        NDArray sum = pass.poll();
        if (sum == null) {
            return Objects.requireNonNull(earlier);
        }
        for (NDArray next = pass.poll(); next != null; next = pass.poll()) {
            sum = next.add(sum);
            sum.attach(scratch);
        }
        return earlier == null ? sum : earlier.add(sum);
    }

    /** Closes the lookups, after a step. */
    public synchronized void clear() {
        for (Lookup lookup : lookups) {
            lookup.ids().close();
            lookup.vectors().close();
        }
        lookups.clear();
    }

    /** Adds the ticket to the table's gradient. */
    private void giveTicket(NDArray table) {
        try (NDManager scratch = owner.newSubManager()) {
            NDArray row = scratch.zeros(new Shape(1), DataType.INT64);
            NDArray vector =
                    row.getNDArrayInternal()
                            .embedding(row, table, SparseFormat.COO)
                            .singletonOrThrow();
            NDArray none = scratch.full(vector.getShape(), Float.NaN, table.getDataType());
            JniUtils.backward((PtNDArray) vector, (PtNDArray) none, false, false);
        }
    }

    private static void requireTicket(
            NDArray table, NDArray ticket, NDManager scratch, RowUpdates operations) {
        long found =
                ticket.isSparse() ? operations.parts(ticket, scratch).ids().size() : Long.MAX_VALUE;
        if (found > 1) {
            throw new IllegalStateException(
                    "table %s of an embedding with optFused: expected no gradient but that of its lookups on one device, found %s; build the embedding with optSparse instead"
                            .formatted(
                                    table.getShape(),
                                    ticket.isSparse()
                                            ? "another sparse one, of another device or use"
                                            : "a dense one of another use of the table"));
        }
    }

    private static void closeCollected() {
        for (Reference<?> key = COLLECTED.poll(); key != null; key = COLLECTED.poll()) {
            RecordedLookups lookups = BY_TABLE.remove(key);
            if (lookups != null) {
                lookups.owner.close();
            }
        }
    }

    /** A table by identity: equal arrays may be different tables. Does not keep it alive. */
    private static final class Key extends WeakReference<NDArray> {

        private final int hash;

        Key(NDArray table, @Nullable ReferenceQueue<NDArray> queue) {
            super(table, queue);
            hash = System.identityHashCode(table);
        }

        @Override
        public boolean equals(@Nullable Object other) {
            if (this == other) {
                return true;
            }
            NDArray table = get();
            return other instanceof Key key && table != null && key.refersTo(table);
        }

        @Override
        public int hashCode() {
            return hash;
        }
    }
}
