package io.forestage.weights;

import io.forestage.support.Quoted;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.WritableByteChannel;
import java.util.List;
import java.util.function.IntFunction;

/**
 * A table in memory that is written row by row, as float32 or float16.
 *
 * @param name the tensor's name
 * @param rows the number of rows
 * @param width the length of each row
 * @param row returns the row of an index; the array is read and not kept
 */
public record RowSource(String name, int rows, int width, IntFunction<float[]> row) {

    /**
     * Returns the table as a tensor.
     *
     * @param type F32, or F16; writing F16 fails at a finite value beyond its range
     * @return the tensor
     * @throws IllegalArgumentException if the type is another
     */
    public TensorSource as(ElementType type) {
        if (type != ElementType.F32 && type != ElementType.F16) {
            throw new IllegalArgumentException(
                    "%s: expected F32 or F16, found %s".formatted(Quoted.of(name), type));
        }
        return new TensorSource(
                name, type, List.of((long) rows, (long) width), channel -> write(type, channel));
    }

    private void write(ElementType type, WritableByteChannel channel) throws IOException {
        ByteBuffer bytes = ByteBuffer.allocate(width * type.bytes()).order(ByteOrder.LITTLE_ENDIAN);
        for (int i = 0; i < rows; i++) {
            bytes.clear();
            for (float value : row.apply(i)) {
                if (type == ElementType.F32) {
                    bytes.putFloat(value);
                } else {
                    bytes.putShort(half(i, value));
                }
            }
            channel.write(bytes.flip());
        }
    }

    private short half(int index, float value) throws IOException {
        if (!FloatConversion.fitsHalf(value)) {
            throw new IOException(
                    "%s: expected values in float16's range, up to 65504, found %s in row %d; choose float32"
                            .formatted(Quoted.of(name), value, index));
        }
        return FloatConversion.toHalf(Float.floatToRawIntBits(value));
    }
}
