package io.forestage.optim;

import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import io.forestage.support.Quoted;
import java.io.DataInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.UTFDataFormatException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import java.util.zip.CRC32;
import java.util.zip.CheckedInputStream;

/** Reads what {@link StateWriter} writes, and believes none of it before it is checked. */
final class StateReader {

    private static final int MOST_DIMENSIONS = 64;

    private final StateLayout layout;
    private final CRC32 crc = new CRC32();
    private final DataInputStream in;

    StateReader(StateLayout layout, DataInputStream in) {
        this.layout = layout;
        this.in = new DataInputStream(new CheckedInputStream(in, crc));
    }

    /** Makes the states that a parameter's values go to; refuses what does not fit. */
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
                    "saved state: expected more bytes, found its end; it was cut off", e);
        } catch (UTFDataFormatException e) {
            throw new OptimizerStateException(
                    "saved state: expected names in Java's UTF-8, found other bytes; it is damaged",
                    e);
        }
    }

    private void readHeader() throws IOException {
        require(
                "first word",
                Integer.toHexString(StateWriter.MAGIC),
                Integer.toHexString(in.readInt()));
        require("version", StateWriter.VERSION, in.readInt());
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
        requireAtMost(name + ": dimensions", MOST_DIMENSIONS, dimensions);
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

    private int[] readRows(String name, int most) throws IOException {
        int count = in.readInt();
        requireAtMost(name + ": rows", most, count);
        if (count == most) {
            return IntStream.range(0, count).toArray();
        }
        int[] rows = new int[count];
        for (int i = 0; i < count; i++) {
            rows[i] = in.readInt();
            if (rows[i] < (i == 0 ? 0 : rows[i - 1] + 1) || rows[i] >= most) {
                throw new OptimizerStateException(
                        name
                                + " in the saved state: expected rows that ascend from 0 to "
                                + (most - 1)
                                + ", found "
                                + rows[i]
                                + " at place "
                                + i);
            }
        }
        return rows;
    }

    /** Fills a table of each state; gives the rows that are not all zero. */
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
        for (DataType type : Steps.TYPES) {
            if (type.name().equals(found)) {
                return type;
            }
        }
        throw new OptimizerStateException(
                name
                        + " in the saved state: expected one of "
                        + Steps.TYPES
                        + ", found "
                        + Quoted.cut(found));
    }

    private static void require(String what, Object expected, Object found)
            throws OptimizerStateException {
        if (!expected.equals(found)) {
            throw new OptimizerStateException(
                    what
                            + " of the saved state: expected "
                            + expected
                            + ", found "
                            + Quoted.cut(found.toString()));
        }
    }

    private static void requireAtMost(String what, long most, long found)
            throws OptimizerStateException {
        if (found < 0 || found > most) {
            throw new OptimizerStateException(
                    what + " in the saved state: expected 0 to " + most + ", found " + found);
        }
    }
}
