package io.forestage.training;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.IntConsumer;

/** A number of threads that share out tasks: each takes the next one when it is done with one. */
final class Workers implements AutoCloseable {

    private final int threads;
    private final ExecutorService executor;

    Workers(int threads) {
        this.threads = threads;
        executor =
                Executors.newFixedThreadPool(
                        threads,
                        task -> {
                            Thread thread = new Thread(task, "forestage-training");
                            thread.setDaemon(true);
                            return thread;
                        });
    }

    /** Runs tasks 0 to {@code count} - 1, begun in this order, and waits for all of them. */
    void run(int count, IntConsumer task) {
        AtomicInteger next = new AtomicInteger();
        Callable<Boolean> work =
                () -> {
                    for (int i = next.getAndIncrement(); i < count; i = next.getAndIncrement()) {
                        task.accept(i);
                    }
                    return true;
                };
        List<Callable<Boolean>> shares = new ArrayList<>();
        for (int i = 0; i < Math.min(threads, count); i++) {
            shares.add(work);
        }
        try {
            for (Future<Boolean> share : executor.invokeAll(shares)) {
                share.get();
            }
        } catch (ExecutionException e) {
            if (e.getCause() instanceof Error error) {
                throw error;
            }
            throw e.getCause() instanceof RuntimeException problem
                    ? problem
                    : new IllegalStateException(e.getCause());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("the training was interrupted", e);
        }
    }

    @Override
    public void close() {
        executor.shutdownNow();
    }
}
