package io.forestage.nn;

import static org.assertj.core.api.Assertions.assertThat;

import ai.djl.engine.Engine;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.Block;
import ai.djl.training.GradientCollector;
import ai.djl.training.ParameterStore;
import io.forestage.gradients.Comparison;
import java.util.Random;
import java.util.function.UnaryOperator;

/** Forward and backward passes of a block, with arrays of every type as inputs and results. */
final class Pass {

    private Pass() {}

    static NDArray forward(Block block, NDArray... inputs) {
        NDManager manager = inputs[0].getManager();
        return block.forward(new ParameterStore(manager, false), new NDList(inputs), false)
                .singletonOrThrow();
    }

    /** Adds the gradient of Σ output to the gradients. */
    static NDArray backward(Block block, NDArray... inputs) {
        return backward(block, output -> output, inputs);
    }

    /** Adds the gradient of Σ seed · output to the gradients. */
    static NDArray backward(Block block, double[] seed, NDArray... inputs) {
        NDManager manager = inputs[0].getManager();
        return backward(
                block,
                output -> output.mul(of(manager, seed, output.getShape(), output.getDataType())),
                inputs);
    }

    private static NDArray backward(Block block, UnaryOperator<NDArray> loss, NDArray... inputs) {
        NDManager manager = inputs[0].getManager();
        try (GradientCollector collector = Engine.getInstance().newGradientCollector()) {
            NDArray output =
                    block.forward(new ParameterStore(manager, false), new NDList(inputs), true)
                            .singletonOrThrow();
            collector.backward(loss.apply(output).sum());
            return output;
        }
    }

    /** Returns a block's table. */
    static NDArray table(Block block) {
        return block.getParameters().valueAt(0).getArray();
    }

    /** Makes an array in libtorch's own memory. */
    static NDArray of(NDManager manager, double[] values, Shape shape, DataType type) {
        try (NDArray wide = manager.create(values, shape)) {
            return (type == DataType.FLOAT64 ? wide : wide.toType(type, true)).duplicate();
        }
    }

    static NDArray of(NDManager manager, double[][] values, DataType type) {
        int width = values[0].length;
        double[] flat = new double[values.length * width];
        for (int row = 0; row < values.length; row++) {
            System.arraycopy(values[row], 0, flat, row * width, width);
        }
        return of(manager, flat, new Shape(values.length, width), type);
    }

    static NDArray ids(NDManager manager, int[] values, Shape shape, DataType type) {
        if (type == DataType.INT32) {
            return manager.create(values, shape);
        }
        long[] longs = new long[values.length];
        for (int i = 0; i < longs.length; i++) {
            longs[i] = values[i];
        }
        return manager.create(longs, shape);
    }

    /** Returns the values of an array of any floating type, which may be sparse. */
    static double[] values(NDArray array) {
        NDArray dense = array.isSparse() ? array.toDense() : array;
        return dense.toType(DataType.FLOAT64, true).toDoubleArray();
    }

    /** Returns the values of a table, row by row. */
    static double[][] rows(NDArray array) {
        int width = Math.toIntExact(array.getShape().get(1));
        double[] flat = values(array);
        double[][] rows = new double[Math.toIntExact(array.getShape().get(0))][width];
        for (int i = 0; i < flat.length; i++) {
            rows[i / width][i % width] = flat[i];
        }
        return rows;
    }

    static double[] normals(Random random, int count) {
        return random.doubles(count).map(unused -> random.nextGaussian()).toArray();
    }

    /** Compares with float64, with a tolerance for the type's precision. */
    static void assertNear(String what, NDArray found, double[] expected) {
        assertThat(Comparison.of(what, found, expected)).isEmpty();
    }
}
