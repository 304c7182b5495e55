package io.forestage.weights.tensorflow;

import io.forestage.weights.FileBytes;
import io.forestage.weights.WeightFileException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/**
 * What the index says of the whole checkpoint, under the empty key.
 *
 * @param shards how many data files it has
 * @param order the byte order of every tensor's elements
 */
record BundleHeader(int shards, ByteOrder order) {

    /** Each may have to be kept open. */
    private static final int MOST_SHARDS = 1000;

    /** The version of the format that this reader knows. */
    private static final int VERSION = 1;

    private static final String PART = "the checkpoint's header";

    static BundleHeader read(FileBytes index, ByteBuffer value) throws WeightFileException {
        ProtoReader proto = new ProtoReader(index, null, PART, value);
        long shards = 0;
        long order = 0;
        while (proto.next()) {
            switch (proto.field()) {
                case 1 -> shards = proto.varint();
                case 2 -> order = proto.varint();
                case 3 -> requireKnown(index, proto.message("the version of " + PART));
                default -> proto.skip();
            }
        }
        if (shards < 1 || shards > MOST_SHARDS) {
            throw wrong(index, "1 to %d shards".formatted(MOST_SHARDS), Long.toString(shards));
        }
        if (order != 0 && order != 1) {
            throw wrong(index, "byte order 0 (little) or 1 (big)", Long.toString(order));
        }
        return new BundleHeader(
                (int) shards, order == 0 ? ByteOrder.LITTLE_ENDIAN : ByteOrder.BIG_ENDIAN);
    }

    private static void requireKnown(FileBytes index, ProtoReader version)
            throws WeightFileException {
        long least = 0;
        while (version.next()) {
            if (version.field() == 2) {
                least = version.varint();
            } else {
                version.skip();
            }
        }
        if (least > VERSION) {
            throw index.problem(
                    null,
                    "a checkpoint for readers of version " + VERSION,
                    "one for version %d or later".formatted(least),
                    "convert it to safetensors with the TensorFlow that wrote it");
        }
    }

    private static WeightFileException wrong(FileBytes index, String expected, String found) {
        return index.problem(null, expected + " in " + PART, found, FileBytes.DAMAGED);
    }
}
