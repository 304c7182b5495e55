package io.forestage.training;

import io.forestage.weights.TensorSource;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** The steps of a training, as its curve shows them. */
final class TrainingCurve {

    static final String TENSOR = "curve";

    static final int COLUMNS = 8;

    private final List<TrainingProgress> steps = new ArrayList<>();

    TrainingCurve() {}

    /** A curve from what {@link #toTensor} wrote. */
    static TrainingCurve fromBits(long[] bits) {
        TrainingCurve curve = new TrainingCurve();
        for (int i = 0; i + COLUMNS <= bits.length; i += COLUMNS) {
            curve.add(
                    new TrainingProgress(
                            bits[i],
                            bits[i + 1],
                            bits[i + 2],
                            bits[i + 3],
                            Double.longBitsToDouble(bits[i + 4]),
                            Double.longBitsToDouble(bits[i + 5]),
                            Duration.ofNanos(bits[i + 6]),
                            Double.longBitsToDouble(bits[i + 7])));
        }
        return curve;
    }

    void add(TrainingProgress step) {
        steps.add(step);
    }

    List<TrainingProgress> steps() {
        return List.copyOf(steps);
    }

    /** How long all steps took. */
    Duration elapsed() {
        return steps.isEmpty() ? Duration.ZERO : last().elapsed();
    }

    /** The tokens that all steps went through. */
    long tokens() {
        return steps.isEmpty() ? 0 : last().tokens();
    }

    TrainingProgress last() {
        return steps.get(steps.size() - 1);
    }

    TensorSource toTensor() {
        long[] bits = new long[steps.size() * COLUMNS];
        int i = 0;
        for (TrainingProgress step : steps) {
            bits[i++] = step.step();
            bits[i++] = step.steps();
            bits[i++] = step.tokens();
            bits[i++] = step.allTokens();
            bits[i++] = Double.doubleToRawLongBits(step.loss());
            bits[i++] = Double.doubleToRawLongBits(step.learningRate());
            bits[i++] = step.elapsed().toNanos();
            bits[i++] = Double.doubleToRawLongBits(step.tokensPerSecond());
        }
        return TensorSource.ofLongs(TENSOR, List.of((long) steps.size(), (long) COLUMNS), bits);
    }

    String toCsv() {
        StringBuilder csv =
                new StringBuilder("step,tokens,loss,learning_rate,seconds,tokens_per_second\n");
        for (TrainingProgress step : steps) {
            csv.append(
                    String.format(
                            Locale.ROOT,
                            "%d,%d,%.6f,%.8f,%.3f,%.0f%n",
                            step.step(),
                            step.tokens(),
                            step.loss(),
                            step.learningRate(),
                            step.elapsed().toMillis() / 1000.0,
                            step.tokensPerSecond()));
        }
        return csv.toString();
    }
}
