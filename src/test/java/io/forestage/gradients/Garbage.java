package io.forestage.gradients;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.List;
import java.util.Random;
import java.util.concurrent.locks.LockSupport;

/**
 * Allocates as a program does between a forward and a backward pass: objects, so many that the
 * garbage collector runs in a small heap, and buffers, which reuse the memory of freed ones.
 */
public final class Garbage {

    private static final int OBJECTS = 24;
    private static final int KEPT_OBJECTS = 4;
    private static final int MIN_BYTES = 40_000;
    private static final int RANDOM_BYTES = 80_000;
    private static final int BUFFERS_PER_SIZE = 6;
    private static final int KEPT_BUFFERS = 64;
    private static final long PAUSE_NANOS = 200_000;

    private final Random random = new Random(1);
    private final byte[][] objects = new byte[KEPT_OBJECTS][];
    private final ByteBuffer[] buffers = new ByteBuffer[KEPT_BUFFERS];
    private int next;

    /**
     * Makes garbage.
     *
     * @param sizes the sizes, in bytes, of the freed buffers whose memory is to be reused
     */
    public void make(List<Integer> sizes) {
        for (int i = 0; i < OBJECTS; i++) {
            objects[i % KEPT_OBJECTS] = new byte[MIN_BYTES + random.nextInt(RANDOM_BYTES)];
        }
        // A thread of the JDK frees the memory of collected buffers.
        LockSupport.parkNanos(PAUSE_NANOS);
        for (int size : sizes) {
            for (int i = 0; i < BUFFERS_PER_SIZE; i++) {
                buffers[next++ % KEPT_BUFFERS] = ones(size);
            }
        }
    }

    /** Returns a buffer of ones. Read as ids or positions, they are valid but wrong. */
    private static ByteBuffer ones(int size) {
        ByteBuffer buffer = ByteBuffer.allocateDirect(size).order(ByteOrder.nativeOrder());
        for (int i = 0; i + Long.BYTES <= size; i += Long.BYTES) {
            buffer.putLong(i, 1);
        }
        return buffer;
    }
}
