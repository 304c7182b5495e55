package io.forestage.weights;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/** Elements that lie in C order already. */
final class ContiguousChunks extends TensorChunks {

    private final TensorEntry entry;
    private final TensorPlace place;

    ContiguousChunks(TensorEntry entry, TensorPlace place) {
        super(entry, CHUNK);
        this.entry = entry;
        this.place = place;
    }

    @Override
    void fill(long done, ByteBuffer chunk) throws WeightFileException {
        place.bytes().read(entry.name(), place.offset() + done, chunk);
        if (place.order() == ByteOrder.BIG_ENDIAN) {
            chunk.flip();
            swap(chunk, entry.type().bytes());
        }
    }

    /** Turns every element round. */
    private static void swap(ByteBuffer chunk, int size) {
        int end = chunk.limit();
        switch (size) {
            case Short.BYTES -> {
                for (int i = 0; i < end; i += size) {
                    chunk.putShort(i, Short.reverseBytes(chunk.getShort(i)));
                }
            }
            case Integer.BYTES -> {
                for (int i = 0; i < end; i += size) {
                    chunk.putInt(i, Integer.reverseBytes(chunk.getInt(i)));
                }
            }
            case Long.BYTES -> {
                for (int i = 0; i < end; i += size) {
                    chunk.putLong(i, Long.reverseBytes(chunk.getLong(i)));
                }
            }
            default -> {
                // One byte has no order.
            }
        }
    }
}
