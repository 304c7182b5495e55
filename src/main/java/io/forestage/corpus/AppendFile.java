package io.forestage.corpus;

import io.forestage.support.FailureReason;
import io.forestage.support.Quoted;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/** A file that grows at its end, through a buffer. Numbers are little-endian. */
final class AppendFile implements AutoCloseable {

    private final Path path;
    private final FileChannel channel;
    private final ByteBuffer buffer =
            ByteBuffer.allocateDirect(1 << 18).order(ByteOrder.LITTLE_ENDIAN);
    private long size;

    /**
     * Opens a file and cuts off what an interrupted run has written after its last checkpoint.
     *
     * @param size the bytes to keep
     * @throws CorpusException if it has fewer, or cannot be opened
     */
    AppendFile(Path path, long size) throws CorpusException {
        this.path = path;
        this.size = size;
        try {
            channel =
                    FileChannel.open(
                            path,
                            StandardOpenOption.CREATE,
                            StandardOpenOption.READ,
                            StandardOpenOption.WRITE);
        } catch (IOException failure) {
            throw unwritable(failure);
        }
        try {
            if (channel.size() < size) {
                close();
                throw new CorpusException(
                        "%s: expected at least %d bytes of the interrupted run, found fewer; begin anew"
                                .formatted(path, size));
            }
            channel.truncate(size).position(size);
        } catch (CorpusException e) {
            throw e;
        } catch (IOException failure) {
            close();
            throw unwritable(failure);
        }
    }

    Path path() {
        return path;
    }

    /** Returns the bytes so far, those in the buffer included. */
    long size() {
        return size + buffer.position();
    }

    void putLong(long value) throws CorpusException {
        room(Long.BYTES);
        buffer.putLong(value);
    }

    void putFloats(float[] values) throws CorpusException {
        for (float value : values) {
            room(Float.BYTES);
            buffer.putFloat(value);
        }
    }

    void put(byte[] bytes) throws CorpusException {
        put(bytes, 0, bytes.length);
    }

    void put(byte[] bytes, int offset, int length) throws CorpusException {
        int done = 0;
        while (done < length) {
            room(1);
            int count = Math.min(length - done, buffer.remaining());
            buffer.put(bytes, offset + done, count);
            done += count;
        }
    }

    /** Replaces the first bytes, which were written before. */
    void overwrite(ByteBuffer bytes) throws CorpusException {
        flush();
        try {
            long at = 0;
            while (bytes.hasRemaining()) {
                at += channel.write(bytes, at);
            }
        } catch (IOException failure) {
            throw unwritable(failure);
        }
    }

    /** Writes the buffer, and everything to the disk. */
    void force() throws CorpusException {
        flush();
        try {
            channel.force(true);
        } catch (IOException failure) {
            throw unwritable(failure);
        }
    }

    @Override
    public void close() {
        try {
            channel.close();
        } catch (IOException unimportant) {
            // What counts was forced to the disk before.
        }
    }

    private void room(int bytes) throws CorpusException {
        if (buffer.remaining() < bytes) {
            flush();
        }
    }

    private void flush() throws CorpusException {
        buffer.flip();
        try {
            while (buffer.hasRemaining()) {
                size += channel.write(buffer);
            }
        } catch (IOException failure) {
            throw unwritable(failure);
        } finally {
            buffer.compact();
        }
    }

    private CorpusException unwritable(IOException failure) {
        return new CorpusException(
                "%s: expected a writable file, found: %s; check the disk and its space, then resume the run"
                        .formatted(Quoted.line(path.toString()), FailureReason.of(failure)),
                failure);
    }
}
