package io.forestage.gradients;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;

/** Makes values that are exact in each floating point type, in Java's or libtorch's memory. */
final class Grid {

    private static final double STEP = 0.125;

    private Grid() {}

    /**
     * Returns a table without equal values in a column, so that each column has one maximum.
     *
     * @param rows the number of rows, not a multiple of 7
     */
    static double[][] table(int rows, int width) {
        double[][] table = new double[rows][width];
        for (int row = 0; row < rows; row++) {
            for (int column = 0; column < width; column++) {
                table[row][column] =
                        ((row * 7 + column * 3) % rows - rows / 2) * STEP + column * STEP;
            }
        }
        return table;
    }

    /** Returns numbers from −1 to 1. */
    static double[] numbers(int count) {
        double[] numbers = new double[count];
        for (int i = 0; i < count; i++) {
            numbers[i] = ((i * 5 + i / 7) % 17 - 8) * STEP;
        }
        return numbers;
    }

    /** Returns an array in libtorch's memory. */
    static NDArray array(NDManager manager, double[][] table, DataType type) {
        NDArray[] array = new NDArray[1];
        try (NDManager scratch = manager.newSubManager()) {
            array[0] = scratch.create(table).toType(type, true).duplicate();
            array[0].attach(manager);
        }
        return array[0];
    }

    /** Returns an array in Java's memory, as {@link NDManager#create(float[], Shape)} makes it. */
    static NDArray javaArray(NDManager manager, double[] values, Shape shape, DataType type) {
        if (type == DataType.FLOAT64) {
            return manager.create(values, shape);
        }
        float[] floats = new float[values.length];
        for (int i = 0; i < floats.length; i++) {
            floats[i] = (float) values[i];
        }
        return type == DataType.FLOAT32
                ? manager.create(floats, shape)
                : manager.create(floats, shape).toType(type, false);
    }

    static double[] flat(double[][] table) {
        int width = table[0].length;
        double[] flat = new double[table.length * width];
        for (int row = 0; row < table.length; row++) {
            System.arraycopy(table[row], 0, flat, row * width, width);
        }
        return flat;
    }
}
