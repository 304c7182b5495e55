package io.forestage.training;

import io.forestage.weights.TensorSource;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** The steps of a training, as its curve shows them. */
final class TrainingCurve {

    static final String TENSOR = "curve";

    static final int COLUMNS = 9;

    private static final String CSV_HEADER =
            "step,tokens,loss,learning_rate,seconds,tokens_per_second,held_out_loss\n";

    private final List<TrainingProgress> steps = new ArrayList<>();
    private @Nullable TrainingProgress best;
    private int measuredSinceBest;

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
                            Double.longBitsToDouble(bits[i + 7]),
                            Double.longBitsToDouble(bits[i + 8])));
        }
        return curve;
    }

    void add(TrainingProgress step) {
        steps.add(step);
        if (Double.isNaN(step.heldOutLoss())) {
            return;
        }
        if (best == null || step.heldOutLoss() < best.heldOutLoss()) {
            best = step;
            measuredSinceBest = 0;
        } else {
            measuredSinceBest++;
        }
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
            bits[i++] = Double.doubleToRawLongBits(step.heldOutLoss());
        }
        return TensorSource.ofLongs(TENSOR, List.of((long) steps.size(), (long) COLUMNS), bits);
    }

    /** The step with the least held-out loss, the first if there are several; null for none. */
    @Nullable TrainingProgress best() {
        return best;
    }

    /** Whether so many measurements of the held-out loss, the last ones, found no new least. */
    boolean isPast(int patience) {
        return measuredSinceBest >= patience;
    }

    String toCsv() {
        StringBuilder csv = new StringBuilder(CSV_HEADER);
        steps.forEach(step -> csv.append(csvLine(step)));
        return csv.toString();
    }

    static String csvLine(TrainingProgress step) {
        return String.format(
                Locale.ROOT,
                "%d,%d,%.6f,%.8f,%.3f,%.0f,%s%n",
                step.step(),
                step.tokens(),
                step.loss(),
                step.learningRate(),
                step.elapsed().toMillis() / 1000.0,
                step.tokensPerSecond(),
                Double.isNaN(step.heldOutLoss())
                        ? ""
                        : String.format(Locale.ROOT, "%.6f", step.heldOutLoss()));
    }
}
