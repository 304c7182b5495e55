package io.forestage.nn;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;

/**
 * The first rows of a sinusoid, each value rounded once to the table's type. The table grows to the
 * highest position that is requested. Its memory is a Java buffer, so no {@link NDManager} has to
 * own it: arrays are views that keep the buffer alive.
 */
final class SinusoidTable {

    private final Sinusoid sinusoid;
    private final DataType type;
    private final long rowBytes;
    private volatile ByteBuffer rows = ByteBuffer.allocateDirect(0);

    SinusoidTable(Sinusoid sinusoid, DataType type) {
        this.sinusoid = sinusoid;
        this.type = type;
        rowBytes = (long) sinusoid.width() * type.getNumOfBytes();
    }

    /** Returns rows begin … end − 1 as an array (end − begin, D), a view of this table. */
    NDArray view(NDManager manager, long begin, long end) {
        ByteBuffer table = withRows(end);
        ByteBuffer slice =
                table.slice((int) (begin * rowBytes), (int) ((end - begin) * rowBytes))
                        .order(ByteOrder.nativeOrder());
        return manager.create(slice, new Shape(end - begin, sinusoid.width()), type);
    }

    private ByteBuffer withRows(long count) {
        ByteBuffer table = rows;
        return holds(table, count) ? table : grow(count);
    }

    private synchronized ByteBuffer grow(long count) {
        long maxRows = Integer.MAX_VALUE / rowBytes;
        if (count > maxRows) {
            throw new IllegalArgumentException(
                    "position ids: expected at most %d at width %d in %s, found %d"
                            .formatted(maxRows - 1, sinusoid.width(), type, count - 1));
        }
        if (!holds(rows, count)) {
            // Doubling keeps the number of copies low when positions come one by one.
            rows = extended(Math.min(maxRows, Math.max(count, 2 * rowCount(rows))));
        }
        return rows;
    }

    private boolean holds(ByteBuffer table, long count) {
        return rowCount(table) >= count;
    }

    private long rowCount(ByteBuffer table) {
        return table.capacity() / rowBytes;
    }

    private ByteBuffer extended(long count) {
        ByteBuffer table = allocate(count);
        table.put(rows.duplicate());
        double[] row = new double[sinusoid.width()];
        for (long position = rowCount(rows); position < count; position++) {
            sinusoid.fill(position, row);
            for (double value : row) {
                put(table, value);
            }
        }
        return table.flip();
    }

    private ByteBuffer allocate(long count) {
        try {
            return ByteBuffer.allocateDirect((int) (count * rowBytes))
                    .order(ByteOrder.nativeOrder());
        } catch (OutOfMemoryError e) {
            throw new IllegalArgumentException(
                    "position ids: expected a table that fits into Java's direct memory, found %d rows of %d bytes; raise -XX:MaxDirectMemorySize"
                            .formatted(count, rowBytes),
                    e);
        }
    }

    private void put(ByteBuffer table, double value) {
        switch (type) {
            case FLOAT64 -> table.putDouble(value);
            case FLOAT16 -> table.putShort(Float16.bits(value));
            default -> table.putFloat((float) value);
        }
    }

    /** One table for each type of a sinusoid; a table is empty until positions are requested. */
    static final class ByType {

        private static final List<DataType> TYPES =
                List.of(DataType.FLOAT32, DataType.FLOAT64, DataType.FLOAT16);

        private final Map<DataType, SinusoidTable> tables = new EnumMap<>(DataType.class);

        ByType(Sinusoid.Options options) {
            Sinusoid sinusoid = new Sinusoid(options);
            for (DataType type : TYPES) {
                tables.put(type, new SinusoidTable(sinusoid, type));
            }
        }

        SinusoidTable of(DataType type) {
            SinusoidTable table = tables.get(type);
            if (table == null) {
                throw new IllegalArgumentException(
                        "dataType: expected float32, float64 or float16, found %s".formatted(type));
            }
            return table;
        }
    }

    /** Half precision, IEEE 754 binary16. */
    static final class Float16 {

        private static final double MIN_NORMAL = 0x1p-14;
        private static final double SUBNORMALS_PER_ONE = 0x1p24;

        /** Halfway between the largest number, 65504, and the next power of two, 65536. */
        private static final double OVERFLOW = 65520;

        private static final int SIGN = 0x8000;
        private static final int INFINITY = 0x7c00;
        private static final int NAN = 0x7e00;
        private static final int BIAS = 15;
        private static final int FRACTION_BITS = 10;

        private Float16() {}

        /**
         * Returns the bits of the nearest half, ties to even. It rounds once: by way of float32, a
         * value close to a tie could become the tie.
         */
        static short bits(double value) {
            int sign = Double.doubleToRawLongBits(value) < 0 ? SIGN : 0;
            return (short) (sign | magnitude(Math.abs(value)));
        }

        private static int magnitude(double value) {
            if (Double.isNaN(value)) {
                return NAN;
            }
            if (value >= OVERFLOW) {
                return INFINITY;
            }
            if (value < MIN_NORMAL) {
                return (int) Math.rint(value * SUBNORMALS_PER_ONE);
            }
            int exponent = Math.getExponent(value);
            int significand = (int) Math.rint(Math.scalb(value, FRACTION_BITS - exponent));
            // A significand that rounds up to the next power of two carries into the exponent.
            return ((exponent + BIAS - 1) << FRACTION_BITS) + significand;
        }
    }
}
