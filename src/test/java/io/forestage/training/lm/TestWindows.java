package io.forestage.training.lm;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import io.forestage.training.session.CrossEntropy;
import io.forestage.training.session.TrainingCases;
import java.util.Random;

/** Windows of a random text, under a stage and the projection onto its table. */
public final class TestWindows implements TrainingCases.CheckedExamples {

    private final int context;
    private final int rows;
    private final int[] ids;
    private final LanguageModelData.WindowExamples windows;

    public TestWindows(Random random, int windows, int context, int rows) {
        this.context = context;
        this.rows = rows;
        ids = random.ints((long) windows * context + 1, 0, rows).toArray();
        this.windows = LanguageModelData.WindowExamples.of(ids, 0, ids.length, context, context);
    }

    @Override
    public int size() {
        return windows.size();
    }

    @Override
    public long tokens(int[] rows) {
        return windows.tokens(rows);
    }

    @Override
    public long targets(int[] rows) {
        return windows.targets(rows);
    }

    @Override
    public NDList inputs(NDManager manager, int[] rows) {
        return windows.inputs(manager, rows);
    }

    @Override
    public NDArray labels(NDManager manager, int[] rows) {
        return windows.labels(manager, rows);
    }

    @Override
    public double[][] gradients(double[][] parameters) {
        double[] wte = parameters[0];
        double[] wpe = parameters[1];
        int width = wte.length / rows;
        double[][] gradients = {new double[wte.length], new double[wpe.length]};
        int targets = ids.length - 1;
        for (int i = 0; i < targets; i++) {
            int token = ids[i] * width;
            int position = i % context * width;
            double[] vector = new double[width];
            for (int d = 0; d < width; d++) {
                vector[d] = wte[token + d] + wpe[position + d];
            }
            double[] logits = new double[rows];
            for (int row = 0; row < rows; row++) {
                for (int d = 0; d < width; d++) {
                    logits[row] += vector[d] * wte[row * width + d];
                }
            }
            double[] errors = CrossEntropy.gradient(logits, ids[i + 1], targets);
            for (int row = 0; row < rows; row++) {
                for (int d = 0; d < width; d++) {
                    double back = errors[row] * wte[row * width + d];
                    gradients[0][row * width + d] += errors[row] * vector[d];
                    gradients[0][token + d] += back;
                    gradients[1][position + d] += back;
                }
            }
        }
        return gradients;
    }
}
