package io.forestage.nn;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import io.forestage.support.IndexRange;
import io.forestage.torch.HostMemory;
import io.forestage.torch.NativeMemory;
import java.nio.ByteBuffer;
import java.nio.IntBuffer;
import java.util.Arrays;

/**
 * An int32 or int64 array, or a mask, copied to the host. Its check makes an index out of range an
 * exception; in a native lookup on a GPU it is a device assertion, which ends the process.
 */
final class IndexArray {

    private final String name;
    private final long[] values;
    private final Shape shape;

    private IndexArray(String name, long[] values, Shape shape) {
        this.name = name;
        this.values = values;
        this.shape = shape;
    }

    /** Reads an array; {@code name} is its name in messages, such as "token ids". */
    static IndexArray read(String name, NDArray array) {
        DataType type = array.getDataType();
        if (!isIndexType(type)) {
            throw new IllegalArgumentException(
                    "%s: expected int32 or int64, found %s; convert them with toType(DataType.INT64, false)"
                            .formatted(name, type));
        }
        return new IndexArray(name, hostValues(array, type), array.getShape());
    }

    /**
     * Throws for the first value of an array outside 0 … limit − 1. An array on a GPU is compared
     * there, which waits for one flag, and is copied to the host only for the message.
     */
    static void requireBelow(String name, NDArray array, long limit, String because) {
        if (!isKnownBelow(array, limit)) {
            read(name, array).requireBelow(limit, because);
        }
    }

    /**
     * Returns whether a device finds all values in 0 … limit − 1. Returns false where it was not
     * asked: for arrays on the CPU, of another type, or without values.
     */
    static boolean isKnownBelow(NDArray array, long limit) {
        return !Device.Type.CPU.equals(array.getDevice().getDeviceType())
                && isIndexType(array.getDataType())
                && array.size() > 0
                && equalsClipped(array, limit);
    }

    /** Returns whether all values are in 0 … limit − 1: whether clipping changes none. */
    static boolean equalsClipped(NDArray array, long limit) {
        long most = array.getDataType() == DataType.INT32 ? Integer.MAX_VALUE : Long.MAX_VALUE;
        // The bounds are made on the device of the array's manager, from where they are read again.
        try (NDManager scratch = array.getManager().newSubManager(Device.cpu())) {
            NDArray view = array.stopGradient();
            view.attach(scratch);
            return view.contentEquals(view.clip(0L, Math.min(limit - 1, most)));
        }
    }

    private static boolean isIndexType(DataType type) {
        return type == DataType.INT64 || type == DataType.INT32;
    }

    /** Reads an attention mask: 0 and 1 as integers, or booleans. */
    static IndexArray readMask(NDArray mask) {
        IndexArray read =
                mask.getDataType() == DataType.BOOLEAN
                        ? of("attention mask", bits(mask), mask.getShape())
                        : read("attention mask", mask);
        return read.requireBelow(2, "0 marks a pad, 1 a token");
    }

    /** Takes values that are on the host already. */
    static IndexArray of(String name, long[] values, Shape shape) {
        if (values.length != shape.size()) {
            throw new IllegalArgumentException(
                    "%s: expected the %d values of shape %s, found %d"
                            .formatted(name, shape.size(), shape, values.length));
        }
        return new IndexArray(name, values, shape);
    }

    long[] values() {
        return values;
    }

    Shape shape() {
        return shape;
    }

    /** The values as an int64 array, which a lookup's backward pass may read after its close. */
    NDArray toArray(NDManager manager) {
        return NativeMemory.of(manager, values, shape);
    }

    /**
     * Throws for the first value outside 0 … limit − 1, with its index; {@code because} is the end
     * of the message.
     */
    IndexArray requireBelow(long limit, String because) {
        IndexRange.requireBelow(name, values, limit, this::place, because);
        return this;
    }

    /** Returns the indices of a flat index in the array, such as "[2, 5]" for row 2, column 5. */
    String place(int flat) {
        long[] place = new long[shape.dimension()];
        long rest = flat;
        for (int axis = place.length - 1; axis >= 0; axis--) {
            place[axis] = rest % shape.get(axis);
            rest /= shape.get(axis);
        }
        return Arrays.toString(place);
    }

    private static long[] hostValues(NDArray array, DataType type) {
        if (array.size() == 0) {
            return new long[0];
        }
        return HostMemory.read(array, memory -> values(memory, type));
    }

    private static long[] values(ByteBuffer memory, DataType type) {
        if (type == DataType.INT64) {
            long[] values = new long[memory.remaining() / Long.BYTES];
            memory.asLongBuffer().get(values);
            return values;
        }
        IntBuffer ints = memory.asIntBuffer();
        int[] values = new int[ints.remaining()];
        ints.get(values);
        return widen(values);
    }

    private static long[] bits(NDArray mask) {
        if (mask.size() == 0) {
            return new long[0];
        }
        return HostMemory.read(
                mask,
                memory -> {
                    long[] values = new long[memory.remaining()];
                    for (int i = 0; i < values.length; i++) {
                        values[i] = memory.get(i) == 0 ? 0 : 1;
                    }
                    return values;
                });
    }

    private static long[] widen(int[] ints) {
        return Arrays.stream(ints).asLongStream().toArray();
    }
}
