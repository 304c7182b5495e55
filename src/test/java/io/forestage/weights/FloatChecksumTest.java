package io.forestage.weights;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class FloatChecksumTest {

    private static final int BYTES = 5 * TensorChunks.CHUNK + 24;

    @ParameterizedTest
    @ValueSource(ints = {1 << 20, 4096, 1021})
    void theChecksumDoesNotDependOnThePieces(int piece) throws Exception {
        ByteBuffer bytes = ByteBuffer.allocate(BYTES);
        new Random(5).nextBytes(bytes.array());

        assertThat(checksum(ElementType.F32, bytes, piece)).isEqualTo(sha256(bytes));
    }

    @ParameterizedTest
    @EnumSource(names = {"F16", "BF16", "F64"})
    void valuesOfOtherTypesAreHashedAsFloats(ElementType type) throws Exception {
        int count = TensorChunks.CHUNK;
        ByteBuffer stored = littleEndian(count * type.bytes());
        ByteBuffer floats = littleEndian(count * Float.BYTES);
        for (int i = 0; i < count; i++) {
            float value = i % 128 - 64; // exact in all of these types
            floats.putFloat(value);
            switch (type) {
                case F16 -> stored.putShort(FloatConversion.toHalf(Float.floatToIntBits(value)));
                case BF16 -> stored.putShort((short) (Float.floatToIntBits(value) >>> 16));
                default -> stored.putDouble(value);
            }
        }

        assertThat(checksum(type, stored.flip(), 1021)).isEqualTo(sha256(floats.flip()));
    }

    @Test
    void integersAreRefused() {
        assertThatThrownBy(() -> new FloatChecksum(ElementType.I64))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("found I64");
    }

    @Test
    void anInterruptedThreadStopsWaiting() {
        try (FloatChecksum checksum = new FloatChecksum(ElementType.F32)) {
            ByteBuffer piece = ByteBuffer.allocate(TensorChunks.CHUNK);
            Thread.currentThread().interrupt();

            assertThatThrownBy(() -> checksum.write(piece))
                    .isInstanceOf(InterruptedIOException.class);
            assertThat(Thread.interrupted()).isTrue();
        }
    }

    private static String checksum(ElementType type, ByteBuffer bytes, int piece)
            throws IOException {
        try (FloatChecksum checksum = new FloatChecksum(type)) {
            ByteBuffer left = bytes.duplicate().rewind();
            while (left.hasRemaining()) {
                int size = Math.min(piece, left.remaining());
                assertThat(checksum.write(left.slice(left.position(), size))).isEqualTo(size);
                left.position(left.position() + size);
            }
            return checksum.hex();
        }
    }

    private static String sha256(ByteBuffer bytes) throws NoSuchAlgorithmException {
        MessageDigest digest = MessageDigest.getInstance("SHA-256");
        digest.update(bytes.duplicate().rewind());
        return HexFormat.of().formatHex(digest.digest());
    }

    private static ByteBuffer littleEndian(int bytes) {
        return ByteBuffer.allocate(bytes).order(ByteOrder.LITTLE_ENDIAN);
    }
}
