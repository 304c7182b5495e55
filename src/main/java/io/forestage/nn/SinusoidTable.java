package io.forestage.nn;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/**
 * The first rows of the sinusoid, float32, in memory that grows with the highest position asked
 * for. The memory is Java's, so the table needs no owner among DJL's managers: arrays over it are
 * views that keep it alive.
 */
final class SinusoidTable {

    private final int width;
    private final double base;
    private volatile ByteBuffer rows = ByteBuffer.allocateDirect(0);

    SinusoidTable(long width, double base) {
        this.width = Math.toIntExact(width);
        this.base = base;
    }

    /** Rows begin … end − 1 as an array (end − begin, D) over this table's own memory. */
    NDArray view(NDManager manager, long begin, long end) {
        ByteBuffer table = atLeast(end);
        int rowBytes = width * Float.BYTES;
        ByteBuffer slice =
                table.slice((int) begin * rowBytes, (int) (end - begin) * rowBytes)
                        .order(ByteOrder.nativeOrder());
        return manager.create(slice, new Shape(end - begin, width), DataType.FLOAT32);
    }

    private ByteBuffer atLeast(long count) {
        ByteBuffer table = rows;
        return holds(table, count) ? table : grow(count);
    }

    private synchronized ByteBuffer grow(long count) {
        long rowBytes = (long) width * Float.BYTES;
        long most = Integer.MAX_VALUE / rowBytes;
        if (count > most) {
            throw new IllegalArgumentException(
                    "position ids: expected at most "
                            + (most - 1)
                            + " at width "
                            + width
                            + ", found "
                            + (count - 1));
        }
        if (!holds(rows, count)) {
            long held = rows.capacity() / rowBytes;
            rows = fill(Math.min(most, Math.max(count, 2 * held)));
        }
        return rows;
    }

    private boolean holds(ByteBuffer table, long count) {
        return table.capacity() / ((long) width * Float.BYTES) >= count;
    }

    private ByteBuffer fill(long count) {
        ByteBuffer table =
                ByteBuffer.allocateDirect((int) count * width * Float.BYTES)
                        .order(ByteOrder.nativeOrder());
        double[] divisors = divisors();
        for (long position = 0; position < count; position++) {
            for (int column = 0; column < width; column++) {
                double angle = position / divisors[column / 2];
                table.putFloat((float) (column % 2 == 0 ? Math.sin(angle) : Math.cos(angle)));
            }
        }
        return table.flip();
    }

    /** The wavelength over 2π of each pair of columns: base^(2i / D). */
    private double[] divisors() {
        double[] result = new double[(width + 1) / 2];
        for (int i = 0; i < result.length; i++) {
            result[i] = Math.pow(base, 2.0 * i / width);
        }
        return result;
    }
}
