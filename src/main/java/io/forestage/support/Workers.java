package io.forestage.support;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.IntConsumer;
import java.util.function.Supplier;

/**
 * Threads that share the parts of a task: the caller's, and daemon threads that end when they are
 * idle. So a pool that is never closed leaves no threads behind.
 */
public final class Workers {

    private static final int IDLE_SECONDS = 10;

    private final int threads;
    private final ThreadPoolExecutor pool;

    /**
     * Creates a pool; its threads start with the first task.
     *
     * @param name the name of its threads
     * @param threads how many work at once, the caller's among them
     * @param atStart runs first in each thread
     */
    public Workers(String name, int threads, Runnable atStart) {
        this.threads = threads;
        ThreadFactory daemons = daemons(name);
        pool =
                new ThreadPoolExecutor(
                        threads,
                        threads,
                        IDLE_SECONDS,
                        TimeUnit.SECONDS,
                        new LinkedBlockingQueue<>(),
                        task ->
                                daemons.newThread(
                                        () -> {
                                            atStart.run();
                                            task.run();
                                        }));
        pool.allowCoreThreadTimeOut(true);
    }

    /** Returns one daemon thread for work beside the caller's own; the caller shuts it down. */
    public static ExecutorService singleThread(String name) {
        return Executors.newSingleThreadExecutor(daemons(name));
    }

    private static ThreadFactory daemons(String name) {
        return task -> {
            Thread thread = new Thread(task, name);
            thread.setDaemon(true);
            return thread;
        };
    }

    /** The work of one thread on the parts that it takes. */
    @FunctionalInterface
    public interface Work {

        /** Runs parts {@code begin} … {@code end} - 1. */
        void parts(int begin, int end);
    }

    /**
     * Runs parts 0 … count - 1, each once; threads take them in ascending order. An interrupted
     * caller waits all the same, because the others write into its arrays.
     *
     * @param count the parts
     * @param atOnce how many parts a thread takes at a time
     * @param newWork makes the work of a thread; it is called once for each thread
     * @throws IllegalStateException if another thread fails, with its exception as the cause
     */
    public void run(int count, int atOnce, Supplier<Work> newWork) {
        AtomicInteger taken = new AtomicInteger();
        int tasks = count / atOnce + (count % atOnce == 0 ? 0 : 1);
        Runnable loop =
                () -> {
                    Work work = newWork.get();
                    for (int i = taken.getAndIncrement(); i < tasks; i = taken.getAndIncrement()) {
                        work.parts(i * atOnce, (int) Math.min(count, (i + 1L) * atOnce));
                    }
                };
        List<Future<?>> others = new ArrayList<>();
        for (int i = 1; i < Math.min(threads, tasks); i++) {
            others.add(pool.submit(loop));
        }
        try {
            loop.run();
        } finally {
            others.forEach(Workers::join);
        }
    }

    /** Runs parts 0 … count - 1, each once and one at a time. */
    public void run(int count, IntConsumer part) {
        run(
                count,
                1,
                () ->
                        (begin, end) -> {
                            for (int i = begin; i < end; i++) {
                                part.accept(i);
                            }
                        });
    }

    private static void join(Future<?> other) {
        boolean interrupted = false;
        try {
            while (true) {
                try {
                    other.get();
                    return;
                } catch (InterruptedException e) {
                    interrupted = true;
                }
            }
        } catch (ExecutionException e) {
            throw new IllegalStateException(
                    "a worker thread failed: " + e.getCause(), e.getCause());
        } finally {
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
        }
    }
}
