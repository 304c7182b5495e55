package io.forestage.weights.pytorch;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;

/** A pickle built instruction by instruction. */
final class TestPickle {

    /** The size of the storage "0" of {@link #inZip()}: twelve floats. */
    static final int STORAGE_BYTES = 48;

    private final ByteArrayOutputStream out = new ByteArrayOutputStream();

    /** A pickle that starts with its protocol. */
    static TestPickle begin() {
        return new TestPickle().ops(0x80, 2);
    }

    /** Instructions' codes and their single-byte arguments. */
    TestPickle ops(int... bytes) {
        for (int each : bytes) {
            out.write(each);
        }
        return this;
    }

    /** Instructions whose codes are letters. */
    TestPickle ops(String letters) {
        return raw(letters.getBytes(StandardCharsets.ISO_8859_1));
    }

    TestPickle raw(byte[] bytes) {
        out.writeBytes(bytes);
        return this;
    }

    TestPickle repeat(int times, String letters) {
        return ops(letters.repeat(times));
    }

    TestPickle integer(int value) {
        return ops(value, value >> 8, value >> 16, value >> 24);
    }

    TestPickle text(String text) {
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        return ops("X").integer(bytes.length).raw(bytes);
    }

    /** A number of 64 bits. */
    TestPickle number(long value) {
        ops(0x8a, Long.BYTES);
        for (int i = 0; i < Long.BYTES; i++) {
            ops((int) (value >> (8 * i)));
        }
        return this;
    }

    TestPickle numbers(long... values) {
        ops("(");
        for (long value : values) {
            number(value);
        }
        return ops("t");
    }

    TestPickle global(String module, String name) {
        return ops("c" + module + "\n" + name + "\n");
    }

    TestPickle storage(String type, String key, long count) {
        return ops("(").text("storage")
                .global("torch", type)
                .text(key)
                .text("cpu")
                .number(count)
                .ops("tQ");
    }

    /** A tensor over the storage that the given instructions push. */
    TestPickle tensor(TestPickle storage, long offset, long[] shape, long[] strides) {
        return global("torch._utils", "_rebuild_tensor_v2")
                .ops("(")
                .raw(storage.bytes())
                .number(offset)
                .numbers(shape)
                .numbers(strides)
                .ops(0x89)
                .ops("}tR");
    }

    /** A tensor of floats over the storage "0". */
    TestPickle tensor(long offset, long[] shape, long[] strides) {
        return tensor(new TestPickle().storage("FloatStorage", "0", 12), offset, shape, strides);
    }

    /** A valid tensor of all twelve floats. */
    TestPickle tensor() {
        return tensor(0, new long[] {12}, new long[] {1});
    }

    byte[] bytes() {
        return out.toByteArray();
    }

    /** The pickle with its STOP in an archive that has the storage "0". */
    byte[] inZip() {
        return zip(ops(".").bytes()).bytes();
    }

    static TestZip zip(byte[] pickle) {
        return new TestZip().add("a/data.pkl", pickle).add("a/data/0", new byte[STORAGE_BYTES]);
    }
}
