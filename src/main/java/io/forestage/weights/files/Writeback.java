package io.forestage.weights.files;

import io.forestage.support.Workers;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.WritableByteChannel;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Future;
import org.jspecify.annotations.Nullable;

/**
 * Sends a file to the disk while more of it is being written, so that the last wait for the disk is
 * a short one. A small file never gets a thread.
 */
final class Writeback implements WritableByteChannel {

    private static final long STEP = 8L << 20;

    private final FileChannel file;
    private long unsent;
    private @Nullable ExecutorService thread;
    private @Nullable Future<?> sending;

    Writeback(FileChannel file) {
        this.file = file;
    }

    @Override
    public int write(ByteBuffer bytes) throws IOException {
        int count = file.write(bytes);
        unsent += count;
        if (unsent >= STEP && (sending == null || sending.isDone())) {
            send();
        }
        return count;
    }

    /** Waits until everything is on the disk; the file stays open, and so do its locks. */
    void finish() throws IOException {
        await();
        file.force(true);
    }

    @Override
    public boolean isOpen() {
        return file.isOpen();
    }

    /** Ends the thread; the file is for its opener to close. */
    @Override
    public void close() {
        if (thread != null) {
            thread.shutdown();
        }
    }

    private void send() throws IOException {
        await(); // The system reports a disk's failure only once, so none may be dropped.
        if (thread == null) {
            thread = Workers.singleThread("forestage-writeback");
        }
        unsent = 0;
        sending =
                thread.submit(
                        () -> {
                            file.force(false);
                            return file;
                        });
    }

    private void await() throws IOException {
        if (sending == null) {
            return;
        }
        try {
            sending.get();
        } catch (ExecutionException e) {
            throw e.getCause() instanceof IOException failure
                    ? failure
                    : new IOException(e.getCause());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new InterruptedIOException("interrupted while the file was sent to the disk");
        }
    }
}
