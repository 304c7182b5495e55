package io.forestage.weights;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Objects;

/** Files for tests, built byte by byte and not by the writer under test. */
public final class TestFiles {

    private TestFiles() {}

    /** A valid file: length, header, data of zeros. */
    public static byte[] safetensors(String header, int dataBytes) {
        return safetensors(header.getBytes(StandardCharsets.UTF_8), new byte[dataBytes]);
    }

    public static byte[] safetensors(byte[] header, byte[] data) {
        return withLength(header.length, header, data);
    }

    /** A file with any value in its length field. */
    public static byte[] withLength(long length, byte[] header, byte[] data) {
        return ByteBuffer.allocate(Long.BYTES + header.length + data.length)
                .order(ByteOrder.LITTLE_ENDIAN)
                .putLong(length)
                .put(header)
                .put(data)
                .array();
    }

    public static Path write(Path folder, byte[] bytes) {
        try {
            return Files.write(folder.resolve("model.safetensors"), bytes);
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
    }

    public static byte[] resource(String name) {
        String path = "/weights/" + name;
        try (InputStream in = TestFiles.class.getResourceAsStream(path)) {
            return Objects.requireNonNull(in, path).readAllBytes();
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
    }

    public static ByteBuffer littleEndian(int bytes) {
        return ByteBuffer.allocate(bytes).order(ByteOrder.LITTLE_ENDIAN);
    }

    public static ByteBuffer floats(float... values) {
        ByteBuffer bytes = littleEndian(values.length * Float.BYTES);
        bytes.asFloatBuffer().put(values);
        return bytes;
    }
}
