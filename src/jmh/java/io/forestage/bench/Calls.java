package io.forestage.bench;

import ai.djl.ndarray.NDArray;
import io.forestage.torch.HostMemory;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;

/**
 * One side of a race between processes. A process makes some calls and prints their median, or, if
 * a file is named, writes what they computed to it instead, to be compared with the other side's.
 */
interface Calls {

    double NANOS_IN_MILLI = 1e6;

    /** Every row below this one is compared, and of the others every {@link #COMPARED_STRIDE}th. */
    long COMPARED_ROWS = 128;

    long COMPARED_STRIDE = 400;

    /** Makes a call. */
    void run() throws IOException;

    /** Writes what the calls computed. */
    void write(FileChannel out) throws IOException;

    /**
     * Makes the calls of a command line.
     *
     * @param count the number of calls
     * @param rest nothing, or the file for the result
     */
    default void make(int count, String... rest) throws IOException {
        if (rest.length == 0) {
            System.out.println(median(count));
            return;
        }
        for (int i = 0; i < count; i++) {
            run();
        }
        try (FileChannel out =
                FileChannel.open(
                        Path.of(rest[0]),
                        StandardOpenOption.CREATE,
                        StandardOpenOption.TRUNCATE_EXISTING,
                        StandardOpenOption.WRITE)) {
            write(out);
        }
    }

    /** Returns the median of the second half of some calls, in milliseconds. */
    private double median(int count) throws IOException {
        double[] times = new double[count];
        for (int i = 0; i < count; i++) {
            long begin = System.nanoTime();
            run();
            times[i] = (System.nanoTime() - begin) / NANOS_IN_MILLI;
        }
        Arrays.sort(times, count / 2, count);
        return times[count / 2 + (count - count / 2) / 2];
    }

    /** Writes the rows of a table that are compared. */
    static void writeRows(FileChannel out, NDArray table) throws IOException {
        ByteBuffer values = HostMemory.of(table);
        long rows = table.getShape().get(0);
        int rowBytes = Math.toIntExact(values.remaining() / rows);
        for (long row = 0; row < rows; row++) {
            if (row < COMPARED_ROWS || row % COMPARED_STRIDE == 0) {
                writeAll(out, values.slice(Math.toIntExact(row * rowBytes), rowBytes));
            }
        }
    }

    /** Writes integers, 64 bits each. */
    static void writeLongs(FileChannel out, long... values) throws IOException {
        ByteBuffer bytes =
                ByteBuffer.allocate(values.length * Long.BYTES).order(ByteOrder.LITTLE_ENDIAN);
        bytes.asLongBuffer().put(values);
        writeAll(out, bytes);
    }

    /** Writes numbers, float32 each. */
    static void writeFloats(FileChannel out, float... values) throws IOException {
        ByteBuffer bytes =
                ByteBuffer.allocate(values.length * Float.BYTES).order(ByteOrder.LITTLE_ENDIAN);
        bytes.asFloatBuffer().put(values);
        writeAll(out, bytes);
    }

    private static void writeAll(FileChannel out, ByteBuffer bytes) throws IOException {
        while (bytes.hasRemaining()) {
            out.write(bytes);
        }
    }
}
