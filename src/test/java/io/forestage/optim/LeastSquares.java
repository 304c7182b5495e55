package io.forestage.optim;

import ai.djl.engine.Engine;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import ai.djl.ndarray.types.SparseFormat;
import ai.djl.training.GradientCollector;
import java.util.Random;

/**
 * The loss that PyTorch's optimiser cases minimise or maximise: Σ (W · x + b)². Each row of W (10,
 * 5) is looked up in a table, so its gradient is that of an embedding.
 */
final class LeastSquares {

    static final int ROWS = 10;
    static final int WIDTH = 5;

    private final NDManager manager;
    private final NDArray table;
    private final NDArray bias;
    private final float[] input;
    private final SparseFormat gradient;

    private LeastSquares(NDArray table, NDArray bias, float[] input, boolean sparse) {
        manager = table.getManager();
        this.table = table;
        this.bias = bias;
        this.input = input;
        gradient = sparse ? SparseFormat.COO : SparseFormat.DENSE;
        table.setRequiresGradient(true);
        bias.setRequiresGradient(true);
    }

    /** Starts at random weights, which are contiguous or views of twice the memory. */
    static LeastSquares of(NDManager manager, long seed, boolean sparse, boolean contiguous) {
        Random random = new Random(seed);
        float[] input = normals(random, WIDTH);
        NDArray table = array(manager, normals(random, ROWS * WIDTH), contiguous, ROWS, WIDTH);
        NDArray bias = array(manager, normals(random, ROWS), contiguous, ROWS);
        return new LeastSquares(table, bias, input, sparse);
    }

    NDArray table() {
        return table;
    }

    NDArray bias() {
        return bias;
    }

    double loss() {
        double loss = 0;
        for (float value : errors()) {
            loss += (double) value * value;
        }
        return loss;
    }

    /** Does a step with new gradients. */
    void step(RowSparseOptimizer optimizer) {
        backward();
        optimizer.update("table", table, table.getGradient());
        optimizer.update("bias", bias, bias.getGradient());
    }

    /** Computes the gradients. */
    void backward() {
        float[] errors = errors();
        float[] upstream = new float[ROWS * WIDTH];
        long[] ids = new long[ROWS];
        for (int row = 0; row < ROWS; row++) {
            ids[row] = row;
            for (int i = 0; i < WIDTH; i++) {
                upstream[row * WIDTH + i] = 2 * errors[row] * input[i];
            }
        }
        NDArray rows = manager.create(ids);
        try (GradientCollector collector = Engine.getInstance().newGradientCollector()) {
            NDArray vectors =
                    rows.getNDArrayInternal().embedding(rows, table, gradient).singletonOrThrow();
            collector.backward(vectors.mul(manager.create(upstream, new Shape(ROWS, WIDTH))).sum());
        }
        float[] ofBias = new float[ROWS];
        for (int row = 0; row < ROWS; row++) {
            ofBias[row] = 2 * errors[row];
        }
        backward(bias, manager.create(ofBias));
    }

    /** Sets a dense gradient of an array. */
    static void backward(NDArray array, NDArray gradient) {
        try (GradientCollector collector = Engine.getInstance().newGradientCollector()) {
            collector.backward(array.mul(gradient).sum());
        }
    }

    private float[] errors() {
        float[] rows = table.toFloatArray();
        float[] errors = bias.toFloatArray();
        for (int i = 0; i < rows.length; i++) {
            errors[i / WIDTH] += rows[i] * input[i % WIDTH];
        }
        return errors;
    }

    private static NDArray array(
            NDManager manager, float[] values, boolean contiguous, long... shape) {
        if (contiguous) {
            return manager.create(values, new Shape(shape)).duplicate();
        }
        float[] spread = new float[2 * values.length];
        for (int i = 0; i < values.length; i++) {
            spread[2 * i] = values[i];
        }
        return manager.create(spread, new Shape(shape).add(2)).duplicate().get("..., 0");
    }

    private static float[] normals(Random random, int count) {
        float[] values = new float[count];
        for (int i = 0; i < count; i++) {
            values[i] = (float) random.nextGaussian();
        }
        return values;
    }
}
