package io.forestage.training;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.WritableByteChannel;

/** Takes a table's little-endian float32 bytes and puts them into its rows. */
final class RowFiller implements WritableByteChannel {

    private final RowTable table;
    private final ByteBuffer row;
    private int index;

    RowFiller(RowTable table) {
        this.table = table;
        row = ByteBuffer.allocate(table.row(0).length * Float.BYTES).order(ByteOrder.LITTLE_ENDIAN);
    }

    @Override
    public int write(ByteBuffer bytes) {
        int taken = bytes.remaining();
        while (bytes.hasRemaining()) {
            int count = Math.min(bytes.remaining(), row.remaining());
            row.put(bytes.slice().limit(count));
            bytes.position(bytes.position() + count);
            if (!row.hasRemaining()) {
                row.flip().asFloatBuffer().get(table.row(index++));
                row.clear();
            }
        }
        return taken;
    }

    @Override
    public boolean isOpen() {
        return true;
    }

    @Override
    public void close() {}
}
