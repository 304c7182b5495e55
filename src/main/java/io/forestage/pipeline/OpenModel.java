package io.forestage.pipeline;

import ai.djl.Model;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.nn.Parameter;
import io.forestage.tokens.TextTokenizer;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.StampedLock;

/**
 * A model as long as predictions use it. DJL closes a model's arrays at once and in any order; a
 * native call that reads one of them meanwhile ends the process. So the tables, and the arrays of
 * each prediction, are kept here, and whoever closes the model waits for predictions under way.
 */
final class OpenModel implements AutoCloseable {

    /** For a prediction that never tells its end, as its context was closed by another thread. */
    private static final long PATIENCE_SECONDS = 20;

    private final StampedLock lock = new StampedLock();
    private final NDManager arrays;
    private volatile boolean closed;

    private OpenModel(NDManager arrays) {
        this.arrays = arrays;
    }

    /** Takes over a model's tables, if they are the model's and not the caller's own. */
    static OpenModel of(Model model, TextTokenizer tokenizer) {
        NDManager owner = model.getNDManager();
        NDManager arrays = owner.getEngine().newBaseManager(owner.getDevice());
        arrays.attachInternal(NDManager.nextUid(), tokenizer);
        for (Parameter parameter : model.getBlock().getParameters().values()) {
            if (parameter.isInitialized() && isOf(owner, parameter.getArray())) {
                parameter.getArray().attach(arrays);
            }
        }
        OpenModel open = new OpenModel(arrays);
        owner.attachInternal(NDManager.nextUid(), open);
        return open;
    }

    /**
     * Begins a prediction.
     *
     * @param context closes it, if it comes to no end
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

    /** The block factory's tables are the model's own, or those of a manager for their device. */
    private static boolean isOf(NDManager owner, NDArray table) {
        NDManager manager = table.getManager();
        return manager == owner || manager.getParentManager() == owner;
    }

    /** A prediction under way, and the owner of its arrays. */
    static final class Prediction implements AutoCloseable {

        private final NDManager arrays;
        private final Runnable end;
        private final Thread thread = Thread.currentThread();
        private final AtomicBoolean ended = new AtomicBoolean();

        /**
         * Keeps what it is given.
         *
         * @param arrays to be closed at the end
         * @param end to be run after that
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
         * Another thread than the prediction's closes the model, while this may still read arrays.
         */
        void closeFromContext() {
            if (Thread.currentThread() == thread) {
                close();
            }
        }
    }
}
