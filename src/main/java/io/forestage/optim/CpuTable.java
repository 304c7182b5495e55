package io.forestage.optim;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.index.NDIndex;
import io.forestage.torch.HostMemory;
import java.nio.ByteBuffer;
import java.nio.FloatBuffer;

/**
 * The values of a contiguous array in the CPU's memory, with one-dimensional indices. A Java buffer
 * holds at most 2 GiB, so a larger array has several.
 */
final class CpuTable {

    /** The maximum number of values in a part, which keeps it below 2 GiB. */
    private static final long MAX_PART = 1L << 27;

    private final ByteBuffer[] bytes;
    private final FloatBuffer[] floats;
    private final long partSize;
    private final int valueSize;

    private CpuTable(ByteBuffer[] bytes, long partSize, int valueSize) {
        this.bytes = bytes;
        this.partSize = partSize;
        this.valueSize = valueSize;
        floats = new FloatBuffer[bytes.length];
        for (int i = 0; i < bytes.length; i++) {
            floats[i] = bytes[i].asFloatBuffer();
        }
    }

    /**
     * Opens an array's memory, which must not be used after the array is closed.
     *
     * @param unit reads and writes start at a multiple of it and are not longer, so that none
     *     crosses the end of a part
     */
    static CpuTable of(NDArray array, int unit) {
        long size = array.size();
        int valueSize = array.getDataType().getNumOfBytes();
        long partSize = Math.max(1, MAX_PART / unit) * unit;
        if (size <= partSize) {
            return new CpuTable(new ByteBuffer[] {HostMemory.of(array)}, partSize, valueSize);
        }
        ByteBuffer[] parts = new ByteBuffer[Math.toIntExact((size - 1) / partSize + 1)];
        try (NDArray flat = array.reshape(size)) {
            for (int i = 0; i < parts.length; i++) {
                long begin = i * partSize;
                long end = Math.min(size, begin + partSize);
                try (NDArray part = flat.get(new NDIndex().addSliceDim(begin, end))) {
                    parts[i] = HostMemory.of(part);
                }
            }
        }
        return new CpuTable(parts, partSize, valueSize);
    }

    void read(long at, float[] target, int count) {
        part(at).get(placeInPart(at), target, 0, count);
    }

    void write(long at, float[] source, int count) {
        part(at).put(placeInPart(at), source, 0, count);
    }

    FloatBuffer part(long at) {
        // Avoids a division per row, which is slow beside the work on a short row.
        return floats.length == 1 ? floats[0] : floats[(int) (at / partSize)];
    }

    int placeInPart(long at) {
        return (int) (floats.length == 1 ? at : at % partSize);
    }

    void readBytes(long at, byte[] target) {
        bytes[(int) (at / partSize)].get(placeInPart(at) * valueSize, target);
    }

    void writeBytes(long at, byte[] source) {
        bytes[(int) (at / partSize)].put(placeInPart(at) * valueSize, source);
    }
}
