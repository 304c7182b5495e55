package io.forestage.weights.tensorflow;

import java.nio.ByteBuffer;
import java.util.zip.CRC32C;

/**
 * CRC-32C as tables and checkpoints store it: rotated and shifted, because a plain CRC of bytes
 * that contain their own CRC is weak.
 */
final class MaskedCrc {

    private static final int DELTA = 0xa282ead8;

    private static final int ROTATION = 15;

    private final CRC32C crc = new CRC32C();

    static int of(ByteBuffer bytes) {
        MaskedCrc crc = new MaskedCrc();
        crc.update(bytes.duplicate());
        return crc.value();
    }

    /** Adds the bytes from the buffer's position to its limit, and moves the position there. */
    void update(ByteBuffer bytes) {
        crc.update(bytes);
    }

    int value() {
        return Integer.rotateRight((int) crc.getValue(), ROTATION) + DELTA;
    }
}
