package io.forestage.weights.gguf;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.List;

/** Writes GGUF files of any content, by the published layout. */
public final class GgufBytes {

    private static final int ALIGNMENT = 32;

    private final int version;
    private final ByteArrayOutputStream values = new ByteArrayOutputStream();
    private final ByteArrayOutputStream tensors = new ByteArrayOutputStream();
    private final ByteArrayOutputStream data = new ByteArrayOutputStream();
    private long valueCount;
    private long tensorCount;

    public GgufBytes(int version) {
        this.version = version;
    }

    /** Returns a file of a GPT-2 model with nothing in it yet. */
    public static GgufBytes gpt2() {
        return new GgufBytes(3).text("general.architecture", "gpt2");
    }

    public GgufBytes text(String key, String value) {
        return value(key, 8, string(value));
    }

    public GgufBytes bool(String key, boolean value) {
        return value(key, 7, new byte[] {(byte) (value ? 1 : 0)});
    }

    public GgufBytes uint32(String key, int value) {
        return value(key, 4, little(4).putInt(value).array());
    }

    public GgufBytes texts(String key, List<String> all) {
        ByteArrayOutputStream array = new ByteArrayOutputStream();
        array.writeBytes(little(12).putInt(8).putLong(all.size()).array());
        all.forEach(text -> array.writeBytes(string(text)));
        return value(key, 9, array.toByteArray());
    }

    public GgufBytes int32s(String key, int... all) {
        byte[] array = new byte[12 + 4 * all.length];
        ByteBuffer numbers = little(array).putInt(5).putLong(all.length);
        for (int each : all) {
            numbers.putInt(each);
        }
        return value(key, 9, array);
    }

    /** Adds a value whose bytes are made by the caller. */
    public GgufBytes value(String key, int type, byte[] value) {
        values.writeBytes(string(key));
        values.writeBytes(little(4).putInt(type).array());
        values.writeBytes(value);
        valueCount++;
        return this;
    }

    /** Adds a matrix of float32. */
    public GgufBytes floats(String name, int rows, int columns, float... elements) {
        byte[] bytes = new byte[4 * elements.length];
        ByteBuffer numbers = little(bytes);
        for (float element : elements) {
            numbers.putFloat(element);
        }
        return tensor(name, 0, List.of((long) columns, (long) rows), bytes);
    }

    /** Adds a tensor after the others, with the fastest dimension first. */
    public GgufBytes tensor(String name, int type, List<Long> dimensions, byte[] bytes) {
        data.writeBytes(new byte[Math.floorMod(-data.size(), ALIGNMENT)]);
        tensor(name, type, dimensions, data.size());
        data.writeBytes(bytes);
        return this;
    }

    /** Describes a tensor without bytes. */
    public GgufBytes tensor(String name, int type, List<Long> dimensions, long offset) {
        tensors.writeBytes(string(name));
        tensors.writeBytes(little(4).putInt(dimensions.size()).array());
        dimensions.forEach(each -> tensors.writeBytes(little(8).putLong(each).array()));
        tensors.writeBytes(little(12).putInt(type).putLong(offset).array());
        tensorCount++;
        return this;
    }

    public byte[] bytes() {
        ByteArrayOutputStream file = new ByteArrayOutputStream();
        file.writeBytes("GGUF".getBytes(StandardCharsets.US_ASCII));
        file.writeBytes(
                little(20).putInt(version).putLong(tensorCount).putLong(valueCount).array());
        file.writeBytes(values.toByteArray());
        file.writeBytes(tensors.toByteArray());
        file.writeBytes(new byte[Math.floorMod(-file.size(), ALIGNMENT)]);
        file.writeBytes(data.toByteArray());
        return file.toByteArray();
    }

    public static ByteBuffer little(int bytes) {
        return ByteBuffer.allocate(bytes).order(ByteOrder.LITTLE_ENDIAN);
    }

    /** Returns a buffer that writes little-endian numbers to an array. */
    static ByteBuffer little(byte[] bytes) {
        return ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
    }

    private static byte[] string(String text) {
        byte[] utf8 = text.getBytes(StandardCharsets.UTF_8);
        return little(8 + utf8.length).putLong(utf8.length).put(utf8).array();
    }
}
