package io.forestage.weights.numpy;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Objects;

/** Array files for tests: NumPy's, and others built byte by byte. */
final class NpyBytes {

    private NpyBytes() {}

    /** A file of version 1.0 with any header and data of zeros. */
    static byte[] npy(String header, int dataBytes) {
        return npy(1, header.length(), header, dataBytes);
    }

    /** A file with any value in its length field. */
    static byte[] npy(int version, long length, String header, int dataBytes) {
        byte[] text = header.getBytes(StandardCharsets.ISO_8859_1);
        byte[] all = new byte[8 + (version == 1 ? 2 : 4) + text.length + dataBytes];
        ByteBuffer bytes = ByteBuffer.wrap(all).order(ByteOrder.LITTLE_ENDIAN);
        bytes.put("\u0093NUMPY".getBytes(StandardCharsets.ISO_8859_1));
        bytes.put((byte) version).put((byte) 0);
        if (version == 1) {
            bytes.putShort((short) length);
        } else {
            bytes.putInt((int) length);
        }
        bytes.put(text);
        return all;
    }

    static byte[] resource(String name) {
        try (InputStream in = NpyBytes.class.getResourceAsStream("/weights/numpy/" + name)) {
            return Objects.requireNonNull(in, name).readAllBytes();
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
    }

    static ByteBuffer littleEndian(int bytes) {
        return ByteBuffer.allocate(bytes).order(ByteOrder.LITTLE_ENDIAN);
    }

    static ByteBuffer floats(float... values) {
        ByteBuffer bytes = littleEndian(values.length * Float.BYTES);
        bytes.asFloatBuffer().put(values);
        return bytes;
    }
}
