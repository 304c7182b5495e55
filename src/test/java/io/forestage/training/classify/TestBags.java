package io.forestage.training.classify;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import io.forestage.training.session.CrossEntropy;
import io.forestage.training.session.TrainingCases;
import java.util.Arrays;
import java.util.Random;
import java.util.stream.Stream;

/** Random bags with labels, and their gradients through a mean and a linear layer. */
public final class TestBags implements TrainingCases.CheckedExamples {

    private final int rows;
    private final int classes;
    private final long[][] bags;
    private final int[] labels;

    public TestBags(Random random, int bags, int maxTokens, int rows, int classes) {
        this.rows = rows;
        this.classes = classes;
        this.bags =
                Stream.generate(
                                () ->
                                        random.longs(1 + random.nextInt(maxTokens), 0, rows)
                                                .toArray())
                        .limit(bags)
                        .toArray(long[][]::new);
        labels = random.ints(bags, 0, classes).toArray();
    }

    @Override
    public int size() {
        return bags.length;
    }

    @Override
    public long tokens(int[] rows) {
        return Arrays.stream(rows).mapToLong(row -> bags[row].length).sum();
    }

    @Override
    public long targets(int[] rows) {
        return rows.length;
    }

    @Override
    public NDList inputs(NDManager manager, int[] rows) {
        return BagExamples.inputs(manager, Arrays.stream(rows).mapToObj(row -> bags[row]).toList());
    }

    @Override
    public NDArray labels(NDManager manager, int[] rows) {
        return manager.create(Arrays.stream(rows).mapToLong(row -> labels[row]).toArray());
    }

    @Override
    public double[][] gradients(double[][] parameters) {
        double[] table = parameters[0];
        double[] weight = parameters[1];
        int width = table.length / rows;
        double[][] gradients = {
            new double[table.length], new double[weight.length], new double[classes]
        };
        for (int bag = 0; bag < bags.length; bag++) {
            double[] mean = new double[width];
            for (long id : bags[bag]) {
                for (int d = 0; d < width; d++) {
                    mean[d] += table[(int) id * width + d] / bags[bag].length;
                }
            }
            double[] logits = parameters[2].clone();
            for (int c = 0; c < classes; c++) {
                for (int d = 0; d < width; d++) {
                    logits[c] += weight[c * width + d] * mean[d];
                }
            }
            double[] errors = CrossEntropy.gradient(logits, labels[bag], bags.length);
            for (int c = 0; c < classes; c++) {
                gradients[2][c] += errors[c];
                for (int d = 0; d < width; d++) {
                    gradients[1][c * width + d] += errors[c] * mean[d];
                    for (long id : bags[bag]) {
                        gradients[0][(int) id * width + d] +=
                                errors[c] * weight[c * width + d] / bags[bag].length;
                    }
                }
            }
        }
        return gradients;
    }
}
