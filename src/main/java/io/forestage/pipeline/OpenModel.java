package io.forestage.pipeline;

import ai.djl.Model;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.nn.Parameter;
import io.forestage.tokens.TextTokenizer;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.StampedLock;
import org.jspecify.annotations.Nullable;

/**
 * Keeps a model's arrays open while predictions use them. DJL closes a model's arrays at once and
 * in any order; a native call that still reads one crashes the process. So the tables and the
 * arrays of each prediction are kept here, and closing the model waits for running predictions.
 */
final class OpenModel implements AutoCloseable {

    /**
     * Limits the wait for a prediction whose end is never reported, since another thread closed its
     * context.
     */
    private static final long PATIENCE_SECONDS = 20;

    private final StampedLock lock = new StampedLock();
    private final NDManager arrays;
    private volatile boolean closed;

    private OpenModel(NDManager arrays) {
        this.arrays = arrays;
    }

    /** Takes over a model's tables, unless they belong to the caller. */
    static OpenModel of(Model model, @Nullable TextTokenizer tokenizer) {
        NDManager owner = model.getNDManager();
        NDManager arrays = owner.getEngine().newBaseManager(owner.getDevice());
        if (tokenizer != null) {
            arrays.attachInternal(NDManager.nextUid(), tokenizer);
        }
        for (Parameter parameter : model.getBlock().getParameters().values()) {
            if (parameter.isInitialized() && isOf(owner, parameter.getArray())) {
                // Also arrays over the memory of tables, which predictions read too.
                NDManager tables = parameter.getArray().getManager();
                tables.getManagedArrays().forEach(array -> array.attach(arrays));
            }
        }
        OpenModel open = new OpenModel(arrays);
        owner.attachInternal(NDManager.nextUid(), open);
        return open;
    }

    /**
     * Starts a prediction.
     *
     * @param context closes the prediction if it does not finish
     */
    Prediction begin(NDManager context) {
        long stamp = closed ? 0 : lock.tryReadLock();
        if (stamp == 0) {
            throw new IllegalStateException("the model is closed; load it again");
        }
        Prediction prediction =
                new Prediction(
                        arrays.newSubManager(context.getDevice()), () -> lock.unlockRead(stamp));
        try {
            context.attachInternal(NDManager.nextUid(), prediction::closeFromContext);
            return prediction;
        } catch (RuntimeException e) {
            prediction.close();
            throw e;
        }
    }

    @Override
    public void close() {
        closed = true;
        try {
            long unused = lock.tryWriteLock(PATIENCE_SECONDS, TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        arrays.close();
    }

    /**
     * The block factory's tables belong to the model's manager, or to a sub-manager for their
     * device.
     */
    private static boolean isOf(NDManager owner, NDArray table) {
        NDManager manager = table.getManager();
        return manager == owner || manager.getParentManager() == owner;
    }

    /** A running prediction, which owns its arrays. */
    static final class Prediction implements AutoCloseable {

        private final NDManager arrays;
        private final Runnable end;
        private final Thread thread = Thread.currentThread();
        private final AtomicBoolean ended = new AtomicBoolean();

        /**
         * Starts the prediction.
         *
         * @param arrays closed at the end
         * @param end run after that
         */
        Prediction(NDManager arrays, Runnable end) {
            this.arrays = arrays;
            this.end = end;
        }

        NDManager arrays() {
            return arrays;
        }

        @Override
        public void close() {
            if (ended.compareAndSet(false, true)) {
                try {
                    arrays.close();
                } finally {
                    end.run();
                }
            }
        }

        /**
         * If another thread closes the context, this one may still read arrays: then nothing is
         * closed.
         */
        void closeFromContext() {
            if (Thread.currentThread() == thread) {
                close();
            }
        }
    }
}
