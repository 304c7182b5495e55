package io.forestage.optim;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.Shape;
import java.io.DataOutputStream;
import java.io.IOException;
import java.util.Map;
import java.util.zip.CRC32;
import java.util.zip.CheckedOutputStream;

/**
 * Writes the state of an optimiser: only the rows that were ever touched.
 *
 * <p>The word {@code FSOS}, the version, the kind, the tables' names, the number of parameters; of
 * each parameter its name, type, shape, steps, the number of its rows that follow, their numbers
 * unless they are all there are, and for each table those rows; at the end the CRC-32 of
 * everything. Rows are as in memory, little-endian wherever DJL's engine runs; all else is as
 * {@link DataOutputStream} writes it.
 */
final class StateWriter {

    static final int MAGIC = 0x46534f53;
    static final int VERSION = 1;

    private final StateLayout layout;
    private final CRC32 crc = new CRC32();
    private final DataOutputStream out;

    StateWriter(StateLayout layout, DataOutputStream out) {
        this.layout = layout;
        this.out = new DataOutputStream(new CheckedOutputStream(out, crc));
    }

    void write(Map<String, RowState> states) throws IOException {
        out.writeInt(MAGIC);
        out.writeInt(VERSION);
        out.writeUTF(layout.kind());
        out.writeInt(layout.tables().size());
        for (String table : layout.tables()) {
            out.writeUTF(table);
        }
        out.writeInt(states.size());
        for (Map.Entry<String, RowState> state : states.entrySet()) {
            out.writeUTF(state.getKey());
            write(state.getValue());
        }
        out.writeLong(crc.getValue());
        out.flush();
    }

    private void write(RowState state) throws IOException {
        Shape shape = state.shape();
        out.writeUTF(state.type().name());
        out.writeInt(shape.dimension());
        for (long size : shape.getShape()) {
            out.writeLong(size);
        }
        out.writeLong(state.steps());
        int[] rows = state.touched().rows();
        out.writeInt(rows.length);
        if (rows.length < state.rows()) {
            for (int row : rows) {
                out.writeInt(row);
            }
        }
        for (NDArray table : state.tables()) {
            try (RowBytes bytes = new RowBytes(table, state.width())) {
                for (int row : rows) {
                    out.write(bytes.read(row));
                }
            }
        }
    }
}
