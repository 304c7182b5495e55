package io.forestage.optim;

import io.forestage.torch.NativeThreads;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;

/**
 * The threads of an optimiser: the caller's, and daemon threads that end when they are idle. So an
 * optimiser that is never closed leaves no threads behind.
 */
final class Workers {

    private static final int IDLE_SECONDS = 10;

    private final int threads;
    private final ThreadPoolExecutor pool;

    Workers(int threads) {
        this.threads = threads;
        pool =
                new ThreadPoolExecutor(
                        threads,
                        threads,
                        IDLE_SECONDS,
                        TimeUnit.SECONDS,
                        new LinkedBlockingQueue<>(),
                        task -> {
                            Thread thread = new Thread(() -> start(task), "forestage-optim");
                            thread.setDaemon(true);
                            return thread;
                        });
        pool.allowCoreThreadTimeOut(true);
    }

    /** The work of one thread on the parts that it takes. */
    @FunctionalInterface
    interface Work {
        void parts(int begin, int end);
    }

    /**
     * Runs parts 0 … count − 1, each once, in any order.
     *
     * @param atOnce the number of parts that a thread takes at a time
     * @param newWork makes the work of a thread; it is called once for each thread
     */
    void run(int count, int atOnce, Supplier<Work> newWork) {
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

    private static void start(Runnable task) {
        NativeThreads.sleepWhenIdle();
        task.run();
    }

    /** Waits for a thread even when interrupted, because the thread writes into the weights. */
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
            throw new IllegalStateException("a thread of the optimiser failed", e.getCause());
        } finally {
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
        }
    }
}
