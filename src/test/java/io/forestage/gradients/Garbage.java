package io.forestage.gradients;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.List;
import java.util.Random;
import java.util.concurrent.locks.LockSupport;

/**
 * What a program does between a forward and a backward pass: it makes objects, enough for the
 * collector to run in a small heap, and buffers, which take the memory of those that were freed.
 */
public final class Garbage {

    private static final int OBJECTS = 24;
    private static final int KEPT = 4;
    private static final int LEAST = 40_000;
    private static final int SPREAD = 80_000;
    private static final int BUFFERS = 6;
    private static final int HELD = 64;
    private static final long PAUSE_NANOS = 200_000;

    private final Random random = new Random(1);
    private final byte[][] objects = new byte[KEPT][];
    private final ByteBuffer[] buffers = new ByteBuffer[HELD];
    private int next;

    /**
     * Makes garbage.
     *
     * @param sizes the sizes, in bytes, of the buffers whose memory is sought
     */
    public void make(List<Integer> sizes) {
        for (int i = 0; i < OBJECTS; i++) {
            objects[i % KEPT] = new byte[LEAST + random.nextInt(SPREAD)];
        }
        // A thread of Java's own frees the memory of the buffers that were collected.
        LockSupport.parkNanos(PAUSE_NANOS);
        for (int size : sizes) {
            for (int i = 0; i < BUFFERS; i++) {
                buffers[next++ % HELD] = ones(size);
            }
        }
    }

    /** Numbers 1: read as ids or places they lie within any table, and are wrong. */
    private static ByteBuffer ones(int size) {
        ByteBuffer buffer = ByteBuffer.allocateDirect(size).order(ByteOrder.nativeOrder());
        for (int i = 0; i + Long.BYTES <= size; i += Long.BYTES) {
            buffer.putLong(i, 1);
        }
        return buffer;
    }
}
