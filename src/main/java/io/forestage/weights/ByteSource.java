package io.forestage.weights;

import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/**
 * Bytes that are read by position: a file, or the decompressed content of a part of a file. Several
 * threads may read at once.
 */
public interface ByteSource extends AutoCloseable {

    /** Returns the number of bytes, which is fixed when the source is opened. */
    long size();

    /**
     * Fills a buffer to its limit.
     *
     * @param tensor the tensor that the bytes belong to, for messages; null if they belong to none
     * @param position the position of the first byte to read
     * @param into receives the bytes
     * @throws WeightFileException if they cannot be read, or end before the buffer is full
     */
    void read(@Nullable String tensor, long position, ByteBuffer into) throws WeightFileException;

    /**
     * Requires that everything read so far came from one file.
     *
     * @throws WeightFileException if the file was replaced or modified since it was opened
     */
    void requireUnchanged() throws WeightFileException;

    /**
     * Creates the exception for a problem with these bytes.
     *
     * @param tensor the tensor with the problem, or null
     * @param remedy what to do about it
     * @return the exception, for the caller to throw
     */
    WeightFileException problem(
            @Nullable String tensor, String expected, String found, String remedy);

    /** Closes the source; a second call does nothing. */
    @Override
    void close();
}
