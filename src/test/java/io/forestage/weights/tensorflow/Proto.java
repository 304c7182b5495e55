package io.forestage.weights.tensorflow;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/** Protocol buffers messages, valid or not, built byte by byte. */
final class Proto {

    private Proto() {}

    /** A checkpoint's header. */
    static byte[] header(long shards) {
        return varintField(1, shards);
    }

    /** An entry of type FLOAT in shard 0. */
    static byte[] floats(long offset, byte[] data, long... shape) {
        return entry(1, shape, 0, offset, data.length, crc(data));
    }

    static byte[] entry(long type, long[] shape, long shard, long offset, long size, int crc) {
        return concat(
                varintField(1, type),
                bytesField(2, shape(shape)),
                varintField(3, shard),
                varintField(4, offset),
                varintField(5, size),
                fixed32Field(6, crc));
    }

    static byte[] shape(long... dimensions) {
        return concat(
                Arrays.stream(dimensions)
                        .mapToObj(size -> bytesField(2, varintField(1, size)))
                        .toArray(byte[][]::new));
    }

    static int crc(byte[] data) {
        return MaskedCrc.of(ByteBuffer.wrap(data));
    }

    static byte[] varintField(int field, long value) {
        return concat(varint((long) field << 3), varint(value));
    }

    static byte[] bytesField(int field, byte[] content) {
        return concat(varint((long) field << 3 | 2), varint(content.length), content);
    }

    static byte[] fixed32Field(int field, int value) {
        return concat(varint((long) field << 3 | 5), fixed32(value));
    }

    static byte[] fixed32(int value) {
        return ByteBuffer.allocate(Integer.BYTES)
                .order(ByteOrder.LITTLE_ENDIAN)
                .putInt(value)
                .array();
    }

    static byte[] varint(long value) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        long rest = value;
        for (; (rest & ~0x7fL) != 0; rest >>>= 7) {
            bytes.write((int) ((rest & 0x7f) | 0x80));
        }
        bytes.write((int) rest);
        return bytes.toByteArray();
    }

    static byte[] varintOf11Bytes() {
        byte[] bytes = new byte[11];
        Arrays.fill(bytes, 0, 10, (byte) 0x80);
        return bytes;
    }

    static byte[] text(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    static byte[] bytes(int... values) {
        byte[] bytes = new byte[values.length];
        for (int i = 0; i < values.length; i++) {
            bytes[i] = (byte) values[i];
        }
        return bytes;
    }

    static byte[] concat(byte[]... parts) {
        ByteArrayOutputStream all = new ByteArrayOutputStream();
        for (byte[] part : parts) {
            all.writeBytes(part);
        }
        return all.toByteArray();
    }
}
