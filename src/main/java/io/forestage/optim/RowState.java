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
 * What an optimiser remembers of one parameter on one device: the number of steps, and tables of
 * the parameter's shape.
 *
 * <p>On the CPU the tables are memory that nobody has written yet, and a mark for each row says
 * whether it holds anything: so neither making them nor a step costs more than the rows touched.
 */
final class RowState implements AutoCloseable {

    private final NDManager owner;
    private final Shape shape;
    private final DataType type;
    private final float initial;
    private final int tableCount;
    private List<NDArray> tables;
    private TouchedRows touched;
    private boolean onHost;
    private int[] moving = new int[0];
    private boolean isAllMoving;
    private String contiguous = "";
    private long steps;

    /** A new state; {@code owner} is closed with it. */
    RowState(NDManager owner, Shape shape, DataType type, Layout layout, boolean onHost) {
        this.owner = owner;
        this.shape = shape;
        this.type = type;
        this.onHost = onHost;
        initial = layout.initial();
        tableCount = layout.tables().size();
        tables = newTables();
        touched = new TouchedRows(rows(), !onHost);
    }

    private List<NDArray> newTables() {
        return Stream.generate(
                        () -> onHost ? owner.create(shape, type) : owner.full(shape, initial, type))
                .limit(tableCount)
                .toList();
    }

    boolean isOpen() {
        return owner.isOpen();
    }

    /** Whether Java itself updates the weights. */
    boolean isOnHost() {
        return onHost;
    }

    /** Leaves the updates of a new state to native operations. */
    void leaveHost() {
        onHost = false;
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

    /** The first dimension; 1 of a scalar. */
    int rows() {
        return shape.dimension() == 0 ? 1 : Math.toIntExact(shape.get(0));
    }

    /** The values in a row. */
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

    /** Makes every row hold something; true if none did, and then the tables still do not. */
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

    /** Ascending, the rows that the next step has to visit though nothing touches them. */
    int[] moving() {
        return isAllMoving ? IntStream.range(0, rows()).toArray() : moving;
    }

    void setMoving(int[] rows) {
        moving = rows;
        isAllMoving = false;
    }

    /** Makes the next step over rows visit every one. */
    void setAllMoving() {
        isAllMoving = true;
    }

    /** Whether these very weights were found to lie in memory without gaps. */
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

    /** The rows of a state that hold values; the others' memory was never written. */
    static final class TouchedRows {

        private final int rows;
        private final boolean[] touched;
        private boolean isAll;

        TouchedRows(int rows, boolean isAll) {
            this.rows = rows;
            this.isAll = isAll;
            touched = new boolean[isAll ? 0 : rows];
        }

        /** Marks a row; true if it was not. Threads may mark different rows at once. */
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

        /** The marked rows, ascending. */
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
     * What an optimiser remembers of a weight.
     *
     * @param kind what the state's file calls the optimiser
     * @param tables the names of the values, PyTorch's
     * @param initial what each is before its row is touched
     * @param keepsMoving whether a row whose value is not zero moves when nothing touches it
     */
    record Layout(String kind, List<String> tables, float initial, boolean keepsMoving) {}
}
