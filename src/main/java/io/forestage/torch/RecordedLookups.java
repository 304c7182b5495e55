package io.forestage.torch;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.index.NDIndex;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.ndarray.types.SparseFormat;
import ai.djl.pytorch.engine.PtNDArray;
import ai.djl.pytorch.jni.JniUtils;
import java.lang.ref.WeakReference;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
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
 * visibly. Everything that changes a gradient increments PyTorch's version of it, so the optimiser
 * knows whether the ticket is still what it was.
 */
public final class RecordedLookups {

    private static final Map<Key, RecordedLookups> BY_TABLE = new ConcurrentHashMap<>();
    private static final Set<DataType> TYPES = Set.of(DataType.FLOAT32, DataType.FLOAT64);

    private final String parameterId;
    private final NDManager owner;
    private final EmbeddingOperations operations;
    private final List<Lookup> lookups = new ArrayList<>();
    private @Nullable NDArray ticket;
    private boolean hasTicket;
    private long ticketVersion;

    /** The thread of the last lookup. */
    private long threadId;

    private RecordedLookups(String parameterId, NDManager owner, EmbeddingOperations operations) {
        this.parameterId = parameterId;
        this.owner = owner;
        this.operations = operations;
    }

    /** A lookup: its ids, and its vectors as a leaf. */
    private static final class Lookup {

        private final NDArray ids;
        private final NDArray vectors;
        private final long paddingIdx;

        /** Whether a backward pass had reached the lookups before. */
        private final boolean startsPass;

        /** A copy of the gradient that nothing else can change. */
        private @Nullable NDArray copy;

        Lookup(NDArray ids, NDArray vectors, long paddingIdx, boolean startsPass) {
            this.ids = ids;
            this.vectors = vectors;
            this.paddingIdx = paddingIdx;
            this.startsPass = startsPass;
        }

        boolean isOpen() {
            return !((PtNDArray) vectors).isReleased();
        }

        boolean hasGradient() {
            try (NDArray gradient = gradient()) {
                return gradient != null;
            }
        }

        /** Returns a new view of the gradient, or null if no backward pass reached the lookup. */
        @Nullable NDArray gradient() {
            return copy == null
                    ? JniUtils.getGradient((PtNDArray) vectors)
                    : copy.reshape(copy.getShape());
        }

        /** Copies the gradient, unless it is a copy. */
        void copyGradient(NDManager owner) {
            try (NDArray gradient = gradient()) {
                if (gradient != null && copy == null) {
                    copy = gradient.duplicate();
                    copy.attach(owner);
                }
            }
        }

        void close() {
            ids.close();
            vectors.close();
            if (copy != null) {
                copy.close();
            }
        }
    }

    /**
     * Looks up rows and records the lookup until the optimiser's step. The first lookup since a
     * step gives the table the ticket.
     *
     * @param table (V, D)
     * @param parameterId the id of the table's parameter
     * @param ids checked ids, int32 or int64
     * @param paddingIdx the row whose gradient is left out, or −1
     * @param operations the native operations
     * @return the vectors (…, D), in the manager of the ids, without the table in their graph; null
     *     if the lookup must be recorded by autograd: the table is not trained, or is of a type
     *     that optimisers do not take, or has a gradient of another use
     * @throws IllegalStateException if the table's first row was NaN after the last backward pass:
     *     another optimiser took the ticket for a gradient
     */
    public static @Nullable NDArray lookUp(
            NDArray table,
            String parameterId,
            NDArray ids,
            long paddingIdx,
            EmbeddingOperations operations) {
        if (!table.hasGradient()
                || !TYPES.contains(table.getDataType())
                || table.size() == 0
                || !JniUtils.isGradMode()) {
            return null;
        }
        RecordedLookups recorded = BY_TABLE.get(new Key(table));
        if (recorded == null || !recorded.owner.isOpen()) {
            removeUnusable();
            recorded =
                    BY_TABLE.computeIfAbsent(
                            new Key(table),
                            key ->
                                    new RecordedLookups(
                                            parameterId,
                                            table.getManager().newSubManager(table.getDevice()),
                                            operations));
        }
        return recorded.lookUp(table, ids, paddingIdx);
    }

    /**
     * Returns the lookups of a table since its last step.
     *
     * @param table the array that was looked up
     * @return the lookups, or null if there are none
     */
    public static @Nullable RecordedLookups of(NDArray table) {
        RecordedLookups found = BY_TABLE.get(new Key(table));
        return found == null || !found.hasTicket() ? null : found;
    }

    /**
     * Throws if lookups in another copy of a parameter's table are recorded. DJL adds the gradients
     * of all devices, so each copy's gradient then contains the ticket.
     *
     * @param parameterId the parameter's id
     * @param table the copy to update, whose own lookups are not recorded
     * @throws IllegalStateException if there are such lookups
     */
    public static void requireNoneOfACopy(String parameterId, NDArray table) {
        for (RecordedLookups recorded : BY_TABLE.values()) {
            if (recorded.parameterId.equals(parameterId) && recorded.hasTicket()) {
                throw refusal(table, "an update of a copy of the table");
            }
        }
    }

    /**
     * Copies those gradients of lookups that share the memory of another array's gradient, which is
     * about to be cleared. Autograd gives two arrays the same memory where it finds only one view
     * of a gradient in use: the vectors of a lookup, and a parameter that was reshaped and added to
     * them.
     *
     * <p>Looks at the lookups of this thread and of the array's manager: another thread may close
     * the model of others at any time.
     *
     * @param array an array with a dense gradient
     */
    public static void keepSharedWith(NDArray array) {
        for (RecordedLookups recorded : BY_TABLE.values()) {
            if (recorded.mayShareWith(array)) {
                recorded.keepShared(array);
            }
        }
    }

    private synchronized boolean mayShareWith(NDArray array) {
        return owner.isOpen()
                && (threadId == Thread.currentThread().getId()
                        || owner.getParentManager() == array.getManager());
    }

    private synchronized void keepShared(NDArray array) {
        for (Lookup lookup : lookups) {
            if (lookup.copy == null && lookup.isOpen() && lookup.vectors.size() == array.size()) {
                try (NDArray cleared = JniUtils.getGradient((PtNDArray) array);
                        NDArray gradient = lookup.gradient()) {
                    if (cleared != null
                            && gradient != null
                            && !cleared.isSparse()
                            && operations.shares(gradient, cleared)) {
                        lookup.copyGradient(owner);
                    }
                }
            }
        }
    }

    /**
     * Returns the ids of the lookups that a backward pass reached, and the gradients of their rows:
     * the parts that a COO gradient would have recorded. Those of one lookup are not copied.
     *
     * @param table the table
     * @param given what the caller took for the table's gradient: the ticket, or a copy of it
     * @param scratch the owner of the result
     * @param updates the native operations
     * @return ids (N) or of the lookup's shape, and values (N, D) or of the lookup's shape
     * @throws IllegalStateException if the table has another gradient besides
     */
    public synchronized RowUpdates.Parts parts(
            NDArray table, NDArray given, NDManager scratch, RowUpdates updates) {
        if (lookups.size() == 1 && lookups.get(0).paddingIdx < 0) {
            Lookup only = lookups.get(0);
            NDArray gradient = only.gradient();
            if (gradient != null) {
                gradient.attach(scratch);
                requireTicket(table, given);
                return new RowUpdates.Parts(only.ids, gradient);
            }
        }
        return updates.parts(gradient(table, given, scratch, updates), scratch);
    }

    /**
     * Makes the table's COO gradient of the lookups that a backward pass reached, with the parts
     * that autograd would have recorded.
     *
     * @param table the table
     * @param given what the caller took for the table's gradient: the ticket, or a copy of it
     * @param scratch the owner of the result
     * @param updates the native operations
     * @return a COO tensor, possibly without rows
     * @throws IllegalStateException if the table has another gradient besides
     */
    public synchronized NDArray gradient(
            NDArray table, NDArray given, NDManager scratch, RowUpdates updates) {
        requireTicket(table, given);
        NDArray sum = null;
        Deque<NDArray> pass = new ArrayDeque<>();
        for (Lookup lookup : lookups) {
            if (lookup.startsPass && !pass.isEmpty()) {
                sum = sum(sum, pass, scratch);
            }
            NDArray gradient = lookup.gradient();
            if (gradient != null) {
                gradient.attach(scratch);
                pass.push(
                        updates.gradient(table, lookup.ids, gradient, lookup.paddingIdx, scratch));
            }
        }
        if (pass.isEmpty() && sum == null) {
            NDArray none = scratch.create(new Shape(0), DataType.INT64);
            NDArray noRows =
                    scratch.create(new Shape(0, table.getShape().get(1)), table.getDataType());
            pass.push(updates.gradient(table, none, noRows, -1, scratch));
        }
        return sum(sum, pass, scratch);
    }

    /** Closes the lookups, after a step that has cleared the table's gradient. */
    public synchronized void clear() {
        lookups.forEach(Lookup::close);
        lookups.clear();
        hasTicket = false;
    }

    private synchronized boolean hasTicket() {
        return hasTicket;
    }

    private synchronized @Nullable NDArray lookUp(NDArray table, NDArray ids, long paddingIdx) {
        threadId = Thread.currentThread().getId();
        boolean startsPass = lookups.isEmpty() || isLastPassDone();
        if (startsPass && !lookups.isEmpty()) {
            requireNumbers(table);
            // The next backward pass may add to an array that shares a gradient's memory.
            lookups.forEach(lookup -> lookup.copyGradient(owner));
        }
        // The caller may close the ids, or change them, before the step.
        NDArray kept =
                ids.getDataType() == DataType.INT64
                        ? ids.duplicate()
                        : ids.toType(DataType.INT64, true);
        kept.attach(owner);
        NDList found = hasTicket ? operations.fused(table, kept) : first(table, kept);
        if (!hasTicket) {
            found.close();
            kept.close();
            return null;
        }
        lookups.add(new Lookup(kept, found.get(0), paddingIdx, startsPass));
        NDArray vectors = found.get(1);
        vectors.attach(ids.getManager());
        return vectors;
    }

    /** Looks up, and makes the ticket the table's gradient unless there is another. */
    private NDList first(NDArray table, NDArray ids) {
        try (NDArray gradient = JniUtils.getGradient((PtNDArray) table)) {
            if (gradient == null || (ticket == null && isWithoutRows(gradient))) {
                ticket = newTicket(table);
                hasTicket = true;
                return operations.fused(table, ids);
            }
            if (ticket == null || !gradient.isSparse()) {
                return new NDList();
            }
            NDList found = operations.fusedFirst(table, ids, gradient, ticket);
            try (NDArray state = found.remove(2)) {
                long[] numbers = state.toLongArray();
                hasTicket = numbers[0] == 0;
                ticketVersion = numbers[1];
            }
            return found;
        }
    }

    private boolean isWithoutRows(NDArray gradient) {
        return gradient.isSparse() && operations.sparseState(gradient)[0] == 0;
    }

    /** Returns whether a backward pass has reached a lookup of those since the last one did. */
    private boolean isLastPassDone() {
        for (int i = lookups.size() - 1; i >= 0; i--) {
            if (lookups.get(i).hasGradient()) {
                return true;
            }
            if (lookups.get(i).startsPass) {
                return false;
            }
        }
        return false;
    }

    /**
     * Adds the gradients of a backward pass, the last lookup's first, to those of earlier passes.
     * Autograd adds in this order, and PyTorch's addition merges rows, so another order has other
     * last bits.
     */
    private static NDArray sum(@Nullable NDArray earlier, Deque<NDArray> pass, NDManager scratch) {
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

    /** Makes the ticket by a backward pass, the only way to give an array its first gradient. */
    private NDArray newTicket(NDArray table) {
        try (NDManager scratch = owner.newSubManager()) {
            NDArray row = scratch.zeros(new Shape(1), DataType.INT64);
            NDArray vector =
                    row.getNDArrayInternal()
                            .embedding(row, table, SparseFormat.COO)
                            .singletonOrThrow();
            NDArray none = scratch.full(vector.getShape(), Float.NaN, table.getDataType());
            JniUtils.backward((PtNDArray) vector, (PtNDArray) none, false, false);
        }
        try (NDArray gradient = JniUtils.getGradient((PtNDArray) table)) {
            ticketVersion = operations.sparseState(gradient)[1];
            NDArray copy = gradient.duplicate();
            copy.attach(owner);
            return copy;
        }
    }

    private void requireTicket(NDArray table, NDArray given) {
        try (NDArray own = JniUtils.getGradient((PtNDArray) table)) {
            if (own == null || !own.isSparse() || !given.isSparse()) {
                throw refusal(table, "a dense one of another use of the table");
            }
            if (!operations.isTicket(own, given, ticketVersion)) {
                throw refusal(
                        table, "one that another use, another device or other code has changed");
            }
        }
    }

    private void requireNumbers(NDArray table) {
        try (NDManager scratch = owner.newSubManager()) {
            NDArray values = table.stopGradient();
            values.attach(scratch);
            if (values.get(scratch, new NDIndex().addIndices(0, 0)).isNaN().getBoolean()) {
                throw refusal(
                        table,
                        "NaN in row 0, as after a step of another optimiser, which cannot train the"
                                + " table");
            }
        }
    }

    private static IllegalStateException refusal(NDArray table, String found) {
        return new IllegalStateException(
                "table %s of an embedding with optFused: expected no gradient but that of its lookups, on one device, and an optimiser of io.forestage.optim, found %s; build the embedding with optSparse instead"
                        .formatted(table.getShape(), found));
    }

    /** Removes what belongs to closed tables, or has no lookups and a closed owner. */
    private static void removeUnusable() {
        BY_TABLE.forEach(
                (key, recorded) -> {
                    if (key.isClosed()) {
                        recorded.owner.close();
                        BY_TABLE.remove(key);
                    } else if (!recorded.owner.isOpen() && !recorded.hasTicket()) {
                        BY_TABLE.remove(key);
                    }
                });
    }

    /** A table by identity: equal arrays may be different tables. Does not keep it alive. */
    private static final class Key extends WeakReference<NDArray> {

        private final int hash;

        Key(NDArray table) {
            super(table);
            hash = System.identityHashCode(table);
        }

        boolean isClosed() {
            NDArray table = get();
            return table == null || ((PtNDArray) table).isReleased();
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
