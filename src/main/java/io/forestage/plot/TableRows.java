package io.forestage.plot;

import io.forestage.weights.Gpt2Table;
import io.forestage.weights.StoredType;
import io.forestage.weights.TableNames;
import io.forestage.weights.checkpoint.Checkpoint;
import io.forestage.weights.checkpoint.LocatedTensor;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.WritableByteChannel;
import java.nio.file.Path;
import java.util.Optional;
import java.util.function.Consumer;

/** Reads a model's table row by row, from its file. */
public final class TableRows {

    private TableRows() {}

    /**
     * Reads a table.
     *
     * @param model a model folder or a weight file
     * @param names the tensors' names
     * @param table which table
     * @param rows receives each row; the array is used again for the next one
     * @return whether the model has the table
     * @throws IOException if the file cannot be read
     */
    public static boolean read(
            Path model, TableNames names, Gpt2Table table, Consumer<float[]> rows)
            throws IOException {
        try (Checkpoint weights = Checkpoint.open(model, names)) {
            Optional<LocatedTensor> found = weights.find(table);
            if (found.isEmpty()) {
                return false;
            }
            LocatedTensor tensor = found.get();
            int width = Math.toIntExact(tensor.tableShape().get(1));
            tensor.file()
                    .transferTo(tensor.entry(), StoredType.FLOAT32, new RowChannel(width, rows));
            tensor.file().requireUnchanged();
            return true;
        }
    }

    /** Cuts the bytes of a table into rows. */
    private static final class RowChannel implements WritableByteChannel {

        private final Consumer<float[]> rows;
        private final ByteBuffer bytes;
        private final float[] row;

        RowChannel(int width, Consumer<float[]> rows) {
            this.rows = rows;
            bytes = ByteBuffer.allocate(width * Float.BYTES).order(ByteOrder.LITTLE_ENDIAN);
            row = new float[width];
        }

        @Override
        public int write(ByteBuffer source) {
            int taken = source.remaining();
            while (source.hasRemaining()) {
                int count = Math.min(source.remaining(), bytes.remaining());
                bytes.put(source.slice().limit(count));
                source.position(source.position() + count);
                if (!bytes.hasRemaining()) {
                    bytes.flip().asFloatBuffer().get(row);
                    rows.accept(row);
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
