package io.forestage.weights.tensorflow;

import io.forestage.weights.FileBytes;
import io.forestage.weights.WeightFileException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;

/**
 * An entry's message as it stands, with nothing held against anything.
 *
 * @param shape its dimensions; -1 for one that is not known
 * @param sliced whether the tensor is stored in slices, each under a key of its own
 */
record EntryFields(
        long dataType,
        List<Long> shape,
        long shard,
        long offset,
        long size,
        int crc,
        boolean sliced) {

    /** TensorFlow's own limit; it also bounds what a hostile index makes us keep. */
    private static final int MOST_DIMENSIONS = 254;

    static EntryFields read(FileBytes index, String name, ByteBuffer value)
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
        return new EntryFields(dataType, shape, shard, offset, size, crc, sliced);
    }

    private static void addShape(ProtoReader proto, List<Long> shape) throws WeightFileException {
        while (proto.next()) {
            switch (proto.field()) {
                case 2 ->
                        shape.add(
                                dimension(proto.message("a dimension of the shape of its entry")));
                case 3 -> {
                    if (proto.varint() != 0) {
                        shape.add(-1L); // No number of dimensions is known, let alone their sizes.
                    }
                }
                default -> proto.skip();
            }
            if (shape.size() > MOST_DIMENSIONS) {
                throw proto.problem("at most %d dimensions".formatted(MOST_DIMENSIONS), "more");
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
