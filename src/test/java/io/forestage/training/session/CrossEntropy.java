package io.forestage.training.session;

import java.util.Arrays;

/** The gradient of a cross-entropy by its logits, in float64. */
public final class CrossEntropy {

    private CrossEntropy() {}

    /**
     * Returns the softmax minus the one-hot label, divided by the number of targets of the mean.
     */
    public static double[] gradient(double[] logits, int label, int targets) {
        double greatest = Arrays.stream(logits).max().orElseThrow();
        double[] gradient =
                Arrays.stream(logits).map(logit -> Math.exp(logit - greatest)).toArray();
        double sum = Arrays.stream(gradient).sum();
        for (int i = 0; i < gradient.length; i++) {
            gradient[i] = (gradient[i] / sum - (i == label ? 1 : 0)) / targets;
        }
        return gradient;
    }
}
