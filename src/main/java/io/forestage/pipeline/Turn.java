package io.forestage.pipeline;

import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * A prediction's turn: as many are made at once as there are processors, in the order in which they
 * came. With more threads than processors each thread else works for a whole time slice of the
 * system's, some milliseconds, and then waits for the slices of all others: one request of a
 * hundred takes a hundred times as long as its work.
 */
final class Turn implements AutoCloseable {

    /** Longer than working threads let others wait; then a thread works without a turn. */
    private static final long PATIENCE_MILLIS = 100;

    private static final Semaphore FREE =
            new Semaphore(Runtime.getRuntime().availableProcessors(), true);

    private final AtomicBoolean isTaken;

    private Turn(boolean isTaken) {
        this.isTaken = new AtomicBoolean(isTaken);
    }

    /** Waits for a turn. An interrupted thread works without one, and stays interrupted. */
    static Turn take() {
        try {
            return new Turn(FREE.tryAcquire(PATIENCE_MILLIS, TimeUnit.MILLISECONDS));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return new Turn(false);
        }
    }

    /** Returns how many predictions may start at once. */
    static int free() {
        return FREE.availablePermits();
    }

    /** Ends the turn, at the first call. */
    @Override
    public void close() {
        if (isTaken.compareAndSet(true, false)) {
            FREE.release();
        }
    }
}
