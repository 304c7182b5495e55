package io.forestage.weights.tensorflow;

import io.forestage.weights.ElementType;
import io.forestage.weights.FileBytes;
import io.forestage.weights.TensorEntry;
import io.forestage.weights.WeightFileException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A tensor and its place, from the index.
 *
 * @param shard the number of its data file
 * @param offset the position of its first byte in that file
 * @param crc the masked CRC-32C of its bytes
 */
record BundleEntry(TensorEntry tensor, int shard, long offset, int crc) {

    /**
     * Creates an entry and checks its fields against each other.
     *
     * @param type the type for the entry's data type
     * @param shards the number of data files
     */
    static BundleEntry of(FileBytes index, String name, ElementType type, Fields fields, int shards)
            throws WeightFileException {
        if (fields.sliced()) {
            throw index.problem(
                    name,
                    "a tensor in one piece",
                    "one in slices, as from a partitioned variable",
                    "save the model again without partitioned variables");
        }
        TensorEntry tensor = tensor(index, name, type, fields);
        if (fields.shard() < 0 || fields.shard() >= shards) {
            throw damaged(
                    index,
                    name,
                    "a shard from 0 to %d".formatted(shards - 1),
                    "shard %d".formatted(fields.shard()));
        }
        if (fields.offset() < 0) {
            throw damaged(
                    index, name, "an offset of 0 or more", "offset %d".formatted(fields.offset()));
        }
        if (fields.size() != tensor.byteSize()) {
            throw damaged(
                    index,
                    name,
                    "%d bytes for %s %s".formatted(tensor.byteSize(), type, tensor.shape()),
                    "a size of %d".formatted(fields.size()));
        }
        return new BundleEntry(tensor, (int) fields.shard(), fields.offset(), fields.crc());
    }

    private static TensorEntry tensor(FileBytes index, String name, ElementType type, Fields fields)
            throws WeightFileException {
        try {
            return new TensorEntry(name, type, fields.shape());
        } catch (IllegalArgumentException impossible) {
            throw damaged(
                    index,
                    name,
                    "at most 64 dimensions, none negative or unknown, and fewer than 2^63 bytes",
                    "%s %s".formatted(type, fields.shape()));
        }
    }

    private static WeightFileException damaged(
            FileBytes index, String name, String expected, String found) {
        return index.problem(name, expected, found, FileBytes.DAMAGED);
    }

    /**
     * An entry's fields as they are stored, unchecked.
     *
     * @param shape its dimensions; -1 if unknown
     * @param sliced whether the tensor is stored in slices, each under its own key
     */
    record Fields(
            long dataType,
            List<Long> shape,
            long shard,
            long offset,
            long size,
            int crc,
            boolean sliced) {

        /** TensorFlow's limit; it also bounds the memory that a hostile index can take. */
        private static final int MAX_DIMENSIONS = 254;

        static Fields read(FileBytes index, String name, ByteBuffer value)
                throws WeightFileException {
            ProtoReader proto = new ProtoReader(index, name, "its entry", value);
            List<Long> shape = new ArrayList<>();
            long dataType = 0;
            long shard = 0;
            long offset = 0;
            long size = 0;
            int crc = 0;
            boolean sliced = false;
            while (proto.next()) {
                switch (proto.field()) {
                    case 1 -> dataType = proto.varint();
                    case 2 -> addShape(proto.message("the shape of its entry"), shape);
                    case 3 -> shard = proto.varint();
                    case 4 -> offset = proto.varint();
                    case 5 -> size = proto.varint();
                    case 6 -> crc = proto.fixed32();
                    case 7 -> {
                        sliced = true;
                        proto.skip();
                    }
                    default -> proto.skip();
                }
            }
            return new Fields(dataType, shape, shard, offset, size, crc, sliced);
        }

        private static void addShape(ProtoReader proto, List<Long> shape)
                throws WeightFileException {
            while (proto.next()) {
                switch (proto.field()) {
                    case 2 ->
                            shape.add(
                                    dimension(
                                            proto.message(
                                                    "a dimension of the shape of its entry")));
                    case 3 -> {
                        if (proto.varint() != 0) {
                            shape.add(-1L); // Not even the number of dimensions is known.
                        }
                    }
                    default -> proto.skip();
                }
                if (shape.size() > MAX_DIMENSIONS) {
                    throw proto.problem("at most %d dimensions".formatted(MAX_DIMENSIONS), "more");
                }
            }
        }

        private static long dimension(ProtoReader proto) throws WeightFileException {
            long size = 0;
            while (proto.next()) {
                if (proto.field() == 1) {
                    size = proto.varint();
                } else {
                    proto.skip();
                }
            }
            return size;
        }
    }

    /**
     * TensorFlow's element types by number; those that {@code WeightFile} does not support have no
     * type.
     */
    enum DataType {
        FLOAT(1, ElementType.F32),
        DOUBLE(2, ElementType.F64),
        INT32(3, ElementType.I32),
        UINT8(4, ElementType.U8),
        INT16(5, ElementType.I16),
        INT8(6, ElementType.I8),
        STRING(7, null),
        COMPLEX64(8, null),
        INT64(9, ElementType.I64),
        BOOL(10, ElementType.BOOL),
        BFLOAT16(14, ElementType.BF16),
        UINT16(17, ElementType.U16),
        COMPLEX128(18, null),
        HALF(19, ElementType.F16),
        RESOURCE(20, null),
        VARIANT(21, null),
        UINT32(22, ElementType.U32),
        UINT64(23, ElementType.U64),
        FLOAT8_E5M2(24, ElementType.F8_E5M2),
        FLOAT8_E4M3FN(25, ElementType.F8_E4M3);

        private final int number;
        private final @Nullable ElementType elementType;

        DataType(int number, @Nullable ElementType elementType) {
            this.number = number;
            this.elementType = elementType;
        }

        /** Returns the type for a number, or empty if it is not supported. */
        static Optional<ElementType> elementType(long number) {
            return of(number).map(type -> type.elementType);
        }

        /** Returns TensorFlow's name of a type, or its number if the name is unknown here. */
        static String name(long number) {
            return of(number).map(type -> "DT_" + type.name()).orElse("data type " + number);
        }

        private static Optional<DataType> of(long number) {
            return Arrays.stream(values()).filter(type -> type.number == number).findFirst();
        }
    }
}
