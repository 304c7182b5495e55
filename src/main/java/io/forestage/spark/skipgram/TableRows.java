package io.forestage.spark.skipgram;

import java.io.IOException;
import java.io.ObjectInputStream;
import java.io.ObjectOutputStream;
import java.io.Serializable;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/**
 * Rows of equal width. Java's serialization writes them as one array of bytes, which takes a
 * fraction of the time of an object for each row; Kryo has no such cost and takes the field.
 */
final class TableRows implements Serializable {

    private static final long serialVersionUID = 1;

    @SuppressWarnings("serial") // writeObject writes it
    private float[][] rows;

    TableRows(float[][] rows) {
        this.rows = rows;
    }

    float[][] rows() {
        return rows;
    }

    private void writeObject(ObjectOutputStream out) throws IOException {
        int width = rows.length == 0 ? 0 : rows[0].length;
        out.writeInt(rows.length);
        out.writeInt(width);
        ByteBuffer bytes = bytes(width);
        for (float[] row : rows) {
            bytes.asFloatBuffer().put(row);
            out.write(bytes.array());
        }
    }

    private void readObject(ObjectInputStream in) throws IOException {
        rows = new float[in.readInt()][];
        ByteBuffer bytes = bytes(in.readInt());
        for (int i = 0; i < rows.length; i++) {
            in.readFully(bytes.array());
            rows[i] = new float[bytes.capacity() / Float.BYTES];
            bytes.asFloatBuffer().get(rows[i]);
        }
    }

    private static ByteBuffer bytes(int width) {
        return ByteBuffer.allocate(Math.multiplyExact(width, Float.BYTES))
                .order(ByteOrder.LITTLE_ENDIAN);
    }
}
