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
 * Threads that share out the parts of a task: the caller's and daemons that end by themselves after
 * some idle seconds, so that a forgotten pool leaves none behind.
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

    /** What one thread does with the parts that it takes. */
    @FunctionalInterface
    public interface Work {

        /** Does parts {@code begin} … {@code end} - 1. */
        void parts(int begin, int end);
    }

    /**
     * Does parts 0 … count - 1, each once. Threads take them in ascending order; an interruption
     * does not end the wait, as the others still write into the caller's arrays.
     *
     * @param count the parts
     * @param atOnce how many parts a thread takes at a time
     * @param works makes the work of one thread
     * @throws IllegalStateException if another thread fails, with its exception as the cause
     */
    public void run(int count, int atOnce, Supplier<Work> works) {
        AtomicInteger taken = new AtomicInteger();
        int tasks = count / atOnce + (count % atOnce == 0 ? 0 : 1);
        Runnable loop =
                () -> {
                    Work work = works.get();
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

    /** Does parts 0 … count - 1, each once and one at a time. */
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
