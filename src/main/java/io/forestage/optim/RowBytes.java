package io.forestage.optim;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;

/** A state table's rows as bytes, on whatever device it lies, for writing and reading a file. */
final class RowBytes implements AutoCloseable {

    private final NDArray table;
    private final NDArray host;
    private final HostTable memory;
    private final int width;
    private final byte[] row;
    private boolean changed;

    RowBytes(NDArray table, int width) {
        this.table = table;
        this.width = width;
        host = table.toDevice(Device.cpu(), false);
        memory = HostTable.of(host, width);
        row = new byte[width * table.getDataType().getNumOfBytes()];
    }

    /** A row's bytes, good until the next call. */
    byte[] read(int number) {
        memory.readBytes((long) number * width, row);
        return row;
    }

    void write(int number, byte[] values) {
        changed = true;
        memory.writeBytes((long) number * width, values);
    }

    /** The bytes of a row. */
    int size() {
        return row.length;
    }

    @Override
    public void close() {
        if (host != table) {
            if (changed) {
                host.copyTo(table);
            }
            host.close();
        }
    }
}
