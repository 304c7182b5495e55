package io.forestage.optim;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import io.forestage.support.Quoted;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.UTFDataFormatException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import java.util.zip.CRC32;
import java.util.zip.CheckedInputStream;
import java.util.zip.CheckedOutputStream;

/**
 * The file format of an optimiser's state. It holds only the rows that were ever updated.
 *
 * <p>The format: the word {@code FSOS}, the version, the optimiser's kind, the tables' names, the
 * number of parameters. For each parameter its name, type, shape, number of steps, number of saved
 * rows, the rows' indices unless all rows are saved, and for each table the values of these rows.
 * At the end the CRC-32 of all of it. Values of rows are written as in memory, which is
 * little-endian wherever DJL's engine runs; everything else as {@link DataOutputStream} writes it.
 */
final class StateFile {

    private static final int MAGIC = 0x46534f53;
    private static final int VERSION = 1;

    private StateFile() {}

    /** Writes the states of a block's parameters under their names. */
    static final class Writer {

        private final RowState.Layout layout;
        private final CRC32 crc = new CRC32();
        private final DataOutputStream out;

        Writer(RowState.Layout layout, DataOutputStream out) {
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

    /** Reads what {@link StateFile.Writer} writes, and checks everything before use. */
    static final class Reader {

        private static final int MAX_DIMENSIONS = 64;

        private final RowState.Layout layout;
        private final CRC32 crc = new CRC32();
        private final DataInputStream in;

        Reader(RowState.Layout layout, DataInputStream in) {
            this.layout = layout;
            this.in = new DataInputStream(new CheckedInputStream(in, crc));
        }

        /**
         * Makes the states that receive a parameter's values; throws if there is no such parameter.
         */
        @FunctionalInterface
        interface Targets {
            RowState[] of(String name, Shape shape, DataType type) throws IOException;
        }

        void read(Targets targets) throws IOException {
            try {
                readHeader();
                int parameters = in.readInt();
                for (int i = 0; i < parameters; i++) {
                    readParameter(targets);
                }
                long found = crc.getValue();
                require("checksum", Long.toHexString(in.readLong()), Long.toHexString(found));
            } catch (EOFException e) {
                throw new OptimizerStateException(
                        "saved state: expected more bytes, found the end of the file; use an"
                                + " earlier checkpoint",
                        e);
            } catch (UTFDataFormatException e) {
                throw new OptimizerStateException(
                        "saved state: expected names in Java's modified UTF-8, found other bytes;"
                                + " use an earlier checkpoint",
                        e);
            }
        }

        private void readHeader() throws IOException {
            require(
                    "first word",
                    Integer.toHexString(StateFile.MAGIC),
                    Integer.toHexString(in.readInt()));
            require("version", StateFile.VERSION, in.readInt());
            require("optimiser", layout.kind(), in.readUTF());
            require("number of tables", layout.tables().size(), in.readInt());
            List<String> tables = new ArrayList<>();
            for (int i = 0; i < layout.tables().size(); i++) {
                tables.add(in.readUTF());
            }
            require("tables", layout.tables(), tables);
        }

        private void readParameter(Targets targets) throws IOException {
            String written = in.readUTF();
            String name = Quoted.cut(written);
            DataType type = type(name, in.readUTF());
            int dimensions = in.readInt();
            requireAtMost(name + ": dimensions", MAX_DIMENSIONS, dimensions);
            long[] shape = new long[dimensions];
            for (int i = 0; i < dimensions; i++) {
                shape[i] = in.readLong();
                requireAtMost(name + ": dimension " + i, Long.MAX_VALUE, shape[i]);
            }
            RowState[] states = targets.of(written, new Shape(shape), type);
            long steps = in.readLong();
            requireAtMost(name + ": steps", Integer.MAX_VALUE, steps);
            int[] rows = readRows(name, states[0].rows());
            for (int table = 0; table < layout.tables().size(); table++) {
                int[] nonzero = readTable(states, table, rows);
                if (layout.keepsMoving()) {
                    Arrays.stream(states).forEach(state -> state.setMoving(nonzero));
                }
            }
            for (RowState state : states) {
                state.setSteps(steps);
                Arrays.stream(rows).forEach(state.touched()::add);
            }
        }

        private int[] readRows(String name, int rowCount) throws IOException {
            int count = in.readInt();
            requireAtMost(name + ": rows", rowCount, count);
            if (count == rowCount) {
                return IntStream.range(0, count).toArray();
            }
            int[] rows = new int[count];
            for (int i = 0; i < count; i++) {
                rows[i] = in.readInt();
                if (rows[i] < (i == 0 ? 0 : rows[i - 1] + 1) || rows[i] >= rowCount) {
                    throw new OptimizerStateException(
                            "%s in the saved state: expected ascending rows from 0 to %d, found %d at index %d"
                                    .formatted(name, rowCount - 1, rows[i], i));
                }
            }
            return rows;
        }

        /** Fills a table of each state; returns the rows that are not all zero. */
        private int[] readTable(RowState[] states, int table, int[] rows) throws IOException {
            List<RowBytes> targets = new ArrayList<>();
            for (RowState state : states) {
                targets.add(new RowBytes(state.tables().get(table), state.width()));
            }
            byte[] row = new byte[targets.get(0).size()];
            byte[] zero = new byte[row.length];
            int[] nonzero = new int[rows.length];
            int count = 0;
            for (int number : rows) {
                in.readFully(row);
                for (RowBytes target : targets) {
                    target.write(number, row);
                }
                nonzero[count] = number;
                count += Arrays.equals(row, zero) ? 0 : 1;
            }
            targets.forEach(RowBytes::close);
            return Arrays.copyOf(nonzero, count);
        }

        private static DataType type(String name, String found) throws OptimizerStateException {
            for (DataType type : StepRunner.TYPES) {
                if (type.name().equals(found)) {
                    return type;
                }
            }
            throw new OptimizerStateException(
                    "%s in the saved state: expected one of %s, found %s"
                            .formatted(name, StepRunner.TYPES, Quoted.cut(found)));
        }

        private static void require(String what, Object expected, Object found)
                throws OptimizerStateException {
            if (!expected.equals(found)) {
                throw new OptimizerStateException(
                        "%s of the saved state: expected %s, found %s"
                                .formatted(what, expected, Quoted.cut(found.toString())));
            }
        }

        private static void requireAtMost(String what, long maximum, long found)
                throws OptimizerStateException {
            if (found < 0 || found > maximum) {
                throw new OptimizerStateException(
                        "%s in the saved state: expected 0 to %d, found %d"
                                .formatted(what, maximum, found));
            }
        }
    }

    /** The rows of a state table as bytes; a table on another device is copied to the CPU. */
    static final class RowBytes implements AutoCloseable {

        private final NDArray table;
        private final NDArray host;
        private final CpuTable memory;
        private final int width;
        private final byte[] row;
        private boolean changed;

        RowBytes(NDArray table, int width) {
            this.table = table;
            this.width = width;
            host = table.toDevice(Device.cpu(), false);
            memory = CpuTable.of(host, width);
            row = new byte[width * table.getDataType().getNumOfBytes()];
        }

        /** Returns a row's bytes, in an array that the next call overwrites. */
        byte[] read(int number) {
            memory.readBytes((long) number * width, row);
            return row;
        }

        void write(int number, byte[] values) {
            changed = true;
            memory.writeBytes((long) number * width, values);
        }

        /** Returns the number of bytes in a row. */
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
}
