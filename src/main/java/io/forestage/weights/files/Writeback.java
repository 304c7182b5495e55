package io.forestage.weights.files;

import io.forestage.weights.BackgroundThread;
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
 * Forces a file to the disk while more of it is written, so that the wait at the end is short. A
 * small file starts no thread.
 */
final class Writeback implements WritableByteChannel {

    private static final long STEP = 8L << 20;

    private final FileChannel file;
    private long unforced;
    private @Nullable ExecutorService thread;
    private @Nullable Future<?> forcing;

    Writeback(FileChannel file) {
        this.file = file;
    }

    @Override
    public int write(ByteBuffer bytes) throws IOException {
        int count = file.write(bytes);
        unforced += count;
        if (unforced >= STEP && (forcing == null || forcing.isDone())) {
            force();
        }
        return count;
    }

    /** Waits until everything is on the disk. The file stays open and locked. */
    void finish() throws IOException {
        await();
        file.force(true);
    }

    @Override
    public boolean isOpen() {
        return file.isOpen();
    }

    /** Ends the thread. The file stays open. */
    @Override
    public void close() {
        if (thread != null) {
            thread.shutdown();
        }
    }

    private void force() throws IOException {
        await(); // The system reports a disk error only once, so it must not be lost.
        if (thread == null) {
            thread = BackgroundThread.named("forestage-writeback");
        }
        unforced = 0;
        forcing =
                thread.submit(
                        () -> {
                            file.force(false);
                            return file;
                        });
    }

    private void await() throws IOException {
        if (forcing == null) {
            return;
        }
        try {
            forcing.get();
        } catch (ExecutionException e) {
            throw e.getCause() instanceof IOException failure
                    ? failure
                    : new IOException(e.getCause());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new InterruptedIOException("interrupted while the file was forced to the disk");
        }
    }
}
