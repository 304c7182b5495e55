package io.forestage.pipeline;

import ai.djl.ndarray.NDManager;
import java.util.concurrent.atomic.AtomicBoolean;

/** A prediction under way, and the owner of its arrays. */
final class Prediction implements AutoCloseable {

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

    /** Another thread than the prediction's closes the model, while this may still read arrays. */
    void closeFromContext() {
        if (Thread.currentThread() == thread) {
            close();
        }
    }
}
