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
 * The first rows of a sinusoid, each value rounded once to the table's type, in memory that grows
 * with the highest position asked for. The memory is Java's, so the table needs no owner among
 * DJL's managers: arrays over it are views that keep it alive.
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

    /** Rows begin … end − 1 as an array (end − begin, D) over this table's own memory. */
    NDArray view(NDManager manager, long begin, long end) {
        ByteBuffer table = atLeast(end);
        ByteBuffer slice =
                table.slice((int) (begin * rowBytes), (int) ((end - begin) * rowBytes))
                        .order(ByteOrder.nativeOrder());
        return manager.create(slice, new Shape(end - begin, sinusoid.width()), type);
    }

    private ByteBuffer atLeast(long count) {
        ByteBuffer table = rows;
        return holds(table, count) ? table : grow(count);
    }

    private synchronized ByteBuffer grow(long count) {
        long most = Integer.MAX_VALUE / rowBytes;
        if (count > most) {
            throw new IllegalArgumentException(
                    "position ids: expected at most "
                            + (most - 1)
                            + " at width "
                            + sinusoid.width()
                            + " in "
                            + type
                            + ", found "
                            + (count - 1));
        }
        if (!holds(rows, count)) {
            // Twice as many, so that positions that come one by one cost a few growths in all.
            rows = extended(Math.min(most, Math.max(count, 2 * held(rows))));
        }
        return rows;
    }

    private boolean holds(ByteBuffer table, long count) {
        return held(table) >= count;
    }

    private long held(ByteBuffer table) {
        return table.capacity() / rowBytes;
    }

    private ByteBuffer extended(long count) {
        ByteBuffer table = allocate(count);
        table.put(rows.duplicate());
        double[] row = new double[sinusoid.width()];
        for (long position = held(rows); position < count; position++) {
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
                    "position ids: expected positions whose table fits into Java's direct memory,"
                            + " found one that needs "
                            + count
                            + " rows of "
                            + rowBytes
                            + " bytes; see -XX:MaxDirectMemorySize",
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

    /**
     * One table for each type a sinusoid can have; each is empty until positions are asked of it.
     */
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
                        "dataType: expected float32, float64 or float16, found " + type);
            }
            return table;
        }
    }

    /** Half precision, IEEE 754 binary16. */
    static final class Float16 {

        private static final double SMALLEST_NORMAL = 0x1p-14;
        private static final double STEPS_OF_A_SUBNORMAL = 0x1p24;

        /** Halfway between the largest number, 65504, and the one that would follow it. */
        private static final double OVERFLOW = 65520;

        private static final int SIGN = 0x8000;
        private static final int INFINITY = 0x7c00;
        private static final int NAN = 0x7e00;
        private static final int BIAS = 15;
        private static final int FRACTION_BITS = 10;

        private Float16() {}

        /**
         * The bits of the nearest half, ties to even. It never passes through float32, whose
         * rounding would move values close to a tie onto the tie.
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
            if (value < SMALLEST_NORMAL) {
                return (int) Math.rint(value * STEPS_OF_A_SUBNORMAL);
            }
            int exponent = Math.getExponent(value);
            int significand = (int) Math.rint(Math.scalb(value, FRACTION_BITS - exponent));
            // A significand that rounds up to the next power of two carries into the exponent.
            return ((exponent + BIAS - 1) << FRACTION_BITS) + significand;
        }
    }
}
