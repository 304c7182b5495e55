package io.forestage.spark.skipgram;

import java.io.IOException;
import java.io.ObjectInputStream;
import java.io.ObjectOutputStream;
import java.io.Serializable;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;

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
        byte[] bytes = new byte[Math.multiplyExact(width, Float.BYTES)];
        for (float[] row : rows) {
            floats(bytes).put(row);
            out.write(bytes);
        }
    }

    private void readObject(ObjectInputStream in) throws IOException {
        rows = new float[in.readInt()][in.readInt()];
        byte[] bytes = new byte[rows.length == 0 ? 0 : rows[0].length * Float.BYTES];
        for (float[] row : rows) {
            in.readFully(bytes);
            floats(bytes).get(row);
        }
    }

    private static FloatBuffer floats(byte[] bytes) {
        return ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN).asFloatBuffer();
    }
}
