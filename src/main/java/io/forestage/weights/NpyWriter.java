package io.forestage.weights;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Collectors;

/** Writes one array as NumPy's {@code .npy}, format 1.0, byte for byte as NumPy does. */
public final class NpyWriter {

    private static final byte[] MAGIC =
            "\u0093NUMPY\u0001\u0000".getBytes(StandardCharsets.ISO_8859_1);

    private static final int ALIGNMENT = 64;

    /** NumPy leaves room to let the first dimension grow in place to any 64-bit number. */
    private static final int LONGEST_DIMENSION = 21;

    private NpyWriter() {}

    /**
     * Writes a file whole or not at all.
     *
     * @param target the file to write or replace
     * @param type the type of the elements
     * @param shape the dimensions; empty for a scalar
     * @param data writes the elements, little-endian, in C order
     * @throws IllegalArgumentException if NumPy has no such type, if a dimension is negative, or if
     *     the data is of another size than the shape
     * @throws WeightFileException if the target cannot be written
     * @throws IOException if the data cannot be had
     */
    public static void write(
            Path target, ElementType type, List<Long> shape, TensorSource.TensorData data)
            throws IOException {
        ByteBuffer header = header(type, shape);
        long size = TensorSize.of(type, shape).bytes();
        AtomicFile.write(
                target,
                channel -> {
                    channel.write(header);
                    ExactChannel.write(channel, "the array", size, data);
                });
    }

    private static ByteBuffer header(ElementType type, List<Long> shape) {
        String text =
                "{'descr': '%s', 'fortran_order': False, 'shape': %s, }"
                        .formatted(description(type), tuple(shape));
        if (!shape.isEmpty()) {
            text += " ".repeat(LONGEST_DIMENSION - shape.get(0).toString().length());
        }
        int start = MAGIC.length + Short.BYTES;
        // A header that fits without padding gets a whole line of it, as in NumPy.
        int padding = ALIGNMENT - (start + text.length() + 1) % ALIGNMENT;
        text += " ".repeat(padding) + "\n";
        return ByteBuffer.allocate(start + text.length())
                .order(ByteOrder.LITTLE_ENDIAN)
                .put(MAGIC)
                .putShort((short) text.length())
                .put(text.getBytes(StandardCharsets.ISO_8859_1))
                .flip();
    }

    private static String tuple(List<Long> shape) {
        String dimensions = shape.stream().map(String::valueOf).collect(Collectors.joining(", "));
        return "(" + dimensions + (shape.size() == 1 ? ",)" : ")");
    }

    private static String description(ElementType type) {
        return switch (type) {
            case BOOL -> "|b1";
            case U8 -> "|u1";
            case I8 -> "|i1";
            case U16, U32, U64 -> "<u" + type.bytes();
            case I16, I32, I64 -> "<i" + type.bytes();
            case F16, F32, F64 -> "<f" + type.bytes();
            case BF16, F8_E4M3, F8_E5M2 ->
                    throw new IllegalArgumentException(
                            "expected a type that NumPy has, found %s; widen it to F32"
                                    .formatted(type));
        };
    }
}
