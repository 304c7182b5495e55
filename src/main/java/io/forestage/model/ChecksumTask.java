package io.forestage.model;

import java.io.IOException;
import java.util.SortedMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;

/** Checksums that are computed while the tables are being written. */
final class ChecksumTask {

    private final FutureTask<SortedMap<String, String>> task;
    private final Thread thread;

    private ChecksumTask(FutureTask<SortedMap<String, String>> task) {
        this.task = task;
        thread = new Thread(task, "forestage-checksums");
        thread.setDaemon(true);
    }

    static ChecksumTask start(Gpt2Tables tables, long rows) {
        ChecksumTask checksums =
                new ChecksumTask(new FutureTask<>(() -> TableChecksums.of(tables, rows)));
        checksums.thread.start();
        return checksums;
    }

    /** Waits for the end, whatever it is. */
    void join() throws IOException {
        try {
            thread.join();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted while checksums were being computed", e);
        }
    }

    SortedMap<String, String> result() throws IOException {
        try {
            return task.get();
        } catch (ExecutionException e) {
            throw e.getCause() instanceof IOException failure ? failure : new IOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted while checksums were being computed", e);
        }
    }
}
