package io.forestage.weights;

import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/** Threads for work beside the caller's own, which do not keep a process alive. */
public final class BackgroundThread {

    private BackgroundThread() {}

    /**
     * Makes one thread.
     *
     * @param name the thread's name
     * @return its work, to be shut down
     */
    public static ExecutorService named(String name) {
        return Executors.newSingleThreadExecutor(
                work -> {
                    Thread thread = new Thread(work, name);
                    thread.setDaemon(true);
                    return thread;
                });
    }
}
