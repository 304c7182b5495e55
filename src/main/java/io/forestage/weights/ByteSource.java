package io.forestage.weights;

import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/**
 * Bytes that are read by position: a file, or what a compressed part of a file unpacks to. Several
 * threads may read at once.
 */
public interface ByteSource extends AutoCloseable {

    /**
     * Returns how many bytes there are.
     *
     * @return the size, fixed when the source was opened
     */
    long size();

    /**
     * Fills a buffer to its limit.
     *
     * @param tensor the tensor that the bytes belong to, for the message; null if to none
     * @param position the first byte to read
     * @param into takes the bytes
     * @throws WeightFileException if they cannot be read, or end before the buffer is full
     */
    void read(@Nullable String tensor, long position, ByteBuffer into) throws WeightFileException;

    /**
     * Checks that everything read so far came from one file.
     *
     * @throws WeightFileException if the file was replaced or written to since it was opened
     */
    void requireUnchanged() throws WeightFileException;

    /**
     * Creates the exception for a problem with these bytes.
     *
     * @param tensor the tensor it lies in, or null
     * @param expected what should have been there
     * @param found what was there
     * @param remedy what to do about it
     * @return the exception, to be thrown
     */
    WeightFileException problem(
            @Nullable String tensor, String expected, String found, String remedy);

    /** Closes the source; a second call does nothing. */
    @Override
    void close();
}
