package io.forestage.weights;

import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/** Single background threads. They are daemons: they do not keep a process alive. */
public final class BackgroundThread {

    private BackgroundThread() {}

    /**
     * Creates an executor with one daemon thread.
     *
     * @param name the thread's name
     * @return the executor; the caller shuts it down
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
