package io.forestage.weights.numpy;

import io.forestage.weights.ElementType;
import io.forestage.weights.TensorSource;
import io.forestage.weights.WeightFileException;
import io.forestage.weights.files.AtomicFile;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Collectors;

/** Writes an array as NumPy's {@code .npy}, format 1.0, with the same bytes as NumPy. */
public final class NpyWriter {

    private static final int ALIGNMENT = 64;

    /** NumPy leaves room for the first dimension to grow in place to any 64-bit number. */
    private static final int MAX_DIMENSION_DIGITS = 21;

    private NpyWriter() {}

    /**
     * Writes a file whole or not at all.
     *
     * @param target the file to write or replace
     * @param type the type of the elements
     * @param shape the dimensions; empty for a scalar
     * @param data writes the elements, little-endian, in C order
     * @throws IllegalArgumentException if NumPy does not support the type, if a dimension is
     *     negative, or if the data's size does not match the shape
     * @throws WeightFileException if the target cannot be written
     * @throws IOException if the data cannot be read
     */
    public static void write(
            Path target, ElementType type, List<Long> shape, TensorSource.TensorData data)
            throws IOException {
        TensorSource array = new TensorSource("the array", type, shape, data);
        ByteBuffer header = header(array);
        AtomicFile.write(
                target,
                channel -> {
                    channel.write(header);
                    array.writeTo(channel);
                });
    }

    /**
     * Returns the bytes before an array's elements, for a file whose first dimension is known only
     * at its end: they are as many for any.
     *
     * @param type the type of the elements
     * @param shape the dimensions; empty for a scalar
     * @return the bytes, a multiple of 64
     * @throws IllegalArgumentException if NumPy does not support the type, or a dimension is
     *     negative
     */
    public static ByteBuffer header(ElementType type, List<Long> shape) {
        return header(new TensorSource("the array", type, shape, channel -> {}));
    }

    /** Returns the bytes before an array's elements; a multiple of 64. */
    static ByteBuffer header(TensorSource array) {
        List<Long> shape = array.shape();
        String text =
                "{'%s': '%s', '%s': False, '%s': %s, }"
                        .formatted(
                                NpyHeader.DESCRIPTION,
                                NpyType.description(array.type()),
                                NpyHeader.FORTRAN_ORDER,
                                NpyHeader.SHAPE,
                                tuple(shape));
        if (!shape.isEmpty()) {
            text += " ".repeat(MAX_DIMENSION_DIGITS - shape.get(0).toString().length());
        }
        byte[] magic = NumpyFile.Magic.ARRAY.bytes();
        int start = magic.length + 2 + Short.BYTES;
        // As in NumPy, a header that needs no padding gets 64 bytes of it.
        int padding = ALIGNMENT - (start + text.length() + 1) % ALIGNMENT;
        text += " ".repeat(padding) + "\n";
        return ByteBuffer.allocate(start + text.length())
                .order(ByteOrder.LITTLE_ENDIAN)
                .put(magic)
                .put((byte) 1)
                .put((byte) 0)
                .putShort((short) text.length())
                .put(text.getBytes(StandardCharsets.ISO_8859_1))
                .flip();
    }

    private static String tuple(List<Long> shape) {
        String dimensions = shape.stream().map(String::valueOf).collect(Collectors.joining(", "));
        return "(" + dimensions + (shape.size() == 1 ? ",)" : ")");
    }
}
