package io.forestage.weights;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.WritableByteChannel;

/** Reads a table as float32 row by row, without holding it. */
public final class TableRows {

    private TableRows() {}

    /** Receives a row; the array is used again for the next one. */
    @FunctionalInterface
    public interface Receiver {

        /**
         * Receives the next row.
         *
         * @param row its D values; not to be kept
         * @throws IOException if it cannot be processed, which ends the reading
         */
        void next(float[] row) throws IOException;
    }

    /**
     * Reads all rows of a table in their order.
     *
     * @param file the file
     * @param table its tensor
     * @param width D, the number of values of a row
     * @param rows receives each row
     * @throws IOException if the file cannot be read or was changed meanwhile, or as the receiver
     */
    public static void read(WeightFile file, TensorEntry table, int width, Receiver rows)
            throws IOException {
        file.transferTo(table, StoredType.FLOAT32, new RowChannel(width, rows));
        file.requireUnchanged();
    }

    /** Cuts bytes into rows. */
    private static final class RowChannel implements WritableByteChannel {

        private final Receiver rows;
        private final ByteBuffer bytes;
        private final float[] row;

        RowChannel(int width, Receiver rows) {
            this.rows = rows;
            bytes = ByteBuffer.allocate(width * Float.BYTES).order(ByteOrder.LITTLE_ENDIAN);
            row = new float[width];
        }

        @Override
        public int write(ByteBuffer source) throws IOException {
            int taken = source.remaining();
            while (source.hasRemaining()) {
                int count = Math.min(source.remaining(), bytes.remaining());
                bytes.put(source.slice().limit(count));
                source.position(source.position() + count);
                if (!bytes.hasRemaining()) {
                    bytes.flip().asFloatBuffer().get(row);
                    rows.next(row);
                    bytes.clear();
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
}
