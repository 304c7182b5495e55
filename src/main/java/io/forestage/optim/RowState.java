package io.forestage.optim;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * The optimiser's state of one parameter on one device: the number of steps, and tables of the
 * parameter's shape.
 *
 * <p>On the CPU the tables are uninitialised memory, and a flag for each row says whether it was
 * written. So neither their creation nor a step costs more than the rows that are updated.
 */
final class RowState implements AutoCloseable {

    private final NDManager owner;
    private final Shape shape;
    private final DataType type;
    private final float initial;
    private final int tableCount;
    private List<NDArray> tables;
    private TouchedRows touched;
    private boolean inJava;
    private int[] moving = new int[0];
    private boolean isAllMoving;
    private String contiguous = "";
    private long steps;

    /** Makes a new state; {@code owner} is closed with it. */
    RowState(NDManager owner, Shape shape, DataType type, Layout layout, boolean inJava) {
        this.owner = owner;
        this.shape = shape;
        this.type = type;
        this.inJava = inJava;
        initial = layout.initial();
        tableCount = layout.tables().size();
        tables = newTables();
        touched = new TouchedRows(rows(), !inJava);
    }

    private List<NDArray> newTables() {
        return Stream.generate(
                        () -> inJava ? owner.create(shape, type) : owner.full(shape, initial, type))
                .limit(tableCount)
                .toList();
    }

    boolean isOpen() {
        return owner.isOpen();
    }

    /** Returns whether Java updates the weights, not a native operation. */
    boolean isInJava() {
        return inJava;
    }

    /** Switches a new state to native operations. */
    void useNativeOperations() {
        inJava = false;
        tables.forEach(NDArray::close);
        tables = newTables();
        touched = new TouchedRows(rows(), true);
    }

    Shape shape() {
        return shape;
    }

    DataType type() {
        return type;
    }

    /** Returns the first dimension; 1 for a scalar. */
    int rows() {
        return shape.dimension() == 0 ? 1 : Math.toIntExact(shape.get(0));
    }

    /** Returns the number of values in a row. */
    int width() {
        return rows() == 0 ? 1 : Math.toIntExact(shape.size() / rows());
    }

    float initial() {
        return initial;
    }

    List<NDArray> tables() {
        return tables;
    }

    CpuTable[] open(int unit) {
        return tables.stream().map(t -> CpuTable.of(t, unit)).toArray(CpuTable[]::new);
    }

    TouchedRows touched() {
        return touched;
    }

    /**
     * Marks all rows as written and fills those that were not. If no row was written, it fills none
     * and returns true: the caller must fill the tables.
     */
    boolean touchAll() {
        boolean isNew = touched.isNone();
        if (!isNew) {
            for (CpuTable table : open(width())) {
                touched.fillOthers(table, width(), initial);
            }
        }
        touched.addAll();
        return isNew;
    }

    /** Returns, ascending, the rows that the next step must update even without a gradient. */
    int[] moving() {
        return isAllMoving ? IntStream.range(0, rows()).toArray() : moving;
    }

    void setMoving(int[] rows) {
        moving = rows;
        isAllMoving = false;
    }

    /** Makes the next step with a sparse gradient update every row. */
    void setAllMoving() {
        isAllMoving = true;
    }

    /** Returns whether this array was found to be contiguous. */
    boolean isKnownContiguous(NDArray weight) {
        return contiguous.equals(weight.getUid());
    }

    void setKnownContiguous(NDArray weight) {
        contiguous = weight.getUid();
    }

    long steps() {
        return steps;
    }

    void setSteps(long steps) {
        this.steps = steps;
    }

    @Override
    public void close() {
        owner.close();
    }

    /** The rows of a state that were written; the memory of the others is uninitialised. */
    static final class TouchedRows {

        private final int rows;
        private final boolean[] touched;
        private boolean isAll;

        TouchedRows(int rows, boolean isAll) {
            this.rows = rows;
            this.isAll = isAll;
            touched = new boolean[isAll ? 0 : rows];
        }

        /**
         * Marks a row; returns true if it was new. Threads may mark different rows concurrently.
         */
        boolean add(int row) {
            if (isAll || touched[row]) {
                return false;
            }
            touched[row] = true;
            return true;
        }

        void addAll() {
            isAll = true;
        }

        boolean isNone() {
            return !isAll && IntStream.range(0, rows).noneMatch(row -> touched[row]);
        }

        /** Returns the marked rows, ascending. */
        int[] rows() {
            return IntStream.range(0, rows).filter(row -> isAll || touched[row]).toArray();
        }

        /** Writes a value into all rows that are not marked. */
        void fillOthers(CpuTable table, int width, float value) {
            if (isAll) {
                return;
            }
            float[] values = new float[width];
            Arrays.fill(values, value);
            for (int row = 0; row < rows; row++) {
                if (!touched[row]) {
                    table.write((long) row * width, values, width);
                }
            }
        }
    }

    /**
     * The layout of an optimiser's state of a parameter.
     *
     * @param kind the optimiser's name in the state's file
     * @param tables PyTorch's names of the tables
     * @param initial the initial value
     * @param keepsMoving whether a row whose state is not zero moves in steps without a gradient
     *     for it
     */
    record Layout(String kind, List<String> tables, float initial, boolean keepsMoving) {}
}
