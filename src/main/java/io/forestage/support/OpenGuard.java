package io.forestage.support;

import java.util.concurrent.locks.ReadWriteLock;
import java.util.concurrent.locks.ReentrantReadWriteLock;
import java.util.function.Supplier;

/**
 * Lets calls of any thread use something until it is closed. Closing waits for running calls, and
 * happens once.
 */
public final class OpenGuard {

    private final ReadWriteLock lock = new ReentrantReadWriteLock();
    private final Supplier<? extends RuntimeException> whenClosed;
    private boolean closed;

    /**
     * Makes an open guard.
     *
     * @param whenClosed the exception of a call that comes too late
     */
    public OpenGuard(Supplier<? extends RuntimeException> whenClosed) {
        this.whenClosed = whenClosed;
    }

    /** Runs an action and returns its result; throws if it was closed before. */
    public <T> T whileOpen(Supplier<T> action) {
        lock.readLock().lock();
        try {
            if (closed) {
                throw whenClosed.get();
            }
            return action.get();
        } finally {
            lock.readLock().unlock();
        }
    }

    /** Waits for running actions, then closes; does nothing the second time. */
    public void close(Runnable closing) {
        lock.writeLock().lock();
        try {
            if (!closed) {
                closed = true;
                closing.run();
            }
        } finally {
            lock.writeLock().unlock();
        }
    }
}
