package io.forestage.training.session;

import io.forestage.training.TrainingListener;
import io.forestage.training.TrainingProgress;
import io.forestage.weights.TensorSource;
import io.forestage.weights.files.AtomicFile;
import io.forestage.weights.files.OwnFiles;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.io.Writer;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** The curve of a training: its progress after each step. */
public final class TrainingCurve {

    static final String TENSOR = "curve";

    static final int COLUMNS = 9;

    private static final String CSV_HEADER =
            "step,tokens,loss,learning_rate,seconds,tokens_per_second,held_out_loss\n";

    private final List<TrainingProgress> steps = new ArrayList<>();
    private @Nullable TrainingProgress best;
    private int measuredSinceBest;

    TrainingCurve() {}

    /** Reads the values of {@link #toTensor}. */
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

    /** Returns the time of all steps. */
    Duration elapsed() {
        return steps.isEmpty() ? Duration.ZERO : last().elapsed();
    }

    /** Returns the number of tokens that all steps processed. */
    long tokens() {
        return steps.isEmpty() ? 0 : last().tokens();
    }

    public TrainingProgress last() {
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

    /** Returns the first step with the lowest held-out loss; null if none was measured. */
    @Nullable TrainingProgress best() {
        return best;
    }

    /** Returns whether the last {@code patience} held-out losses brought no new minimum. */
    boolean hasStalled(int patience) {
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

    /**
     * Writes the curve of a running training, one line per step, so that it can be watched. Lines
     * reach the file about once a second and with each checkpoint. Passes all calls on to another
     * listener.
     */
    static final class LiveFile implements TrainingListener, AutoCloseable {

        private static final long NANOSECONDS_BETWEEN_WRITES = 1_000_000_000;

        private final Writer out;
        private final TrainingListener next;
        private long written = System.nanoTime();

        private LiveFile(Writer out, TrainingListener next) {
            this.out = out;
            this.next = next;
        }

        /** Replaces a file by the steps so far; later steps are appended. */
        static LiveFile begin(Path file, TrainingCurve soFar, TrainingListener next)
                throws IOException {
            OwnFiles.requireFileOrNone(file);
            byte[] lines = soFar.toCsv().getBytes(StandardCharsets.UTF_8);
            AtomicFile.write(file, channel -> channel.write(ByteBuffer.wrap(lines)));
            FileChannel channel =
                    FileChannel.open(
                            file,
                            StandardOpenOption.WRITE,
                            StandardOpenOption.APPEND,
                            LinkOption.NOFOLLOW_LINKS);
            return new LiveFile(Channels.newWriter(channel, StandardCharsets.UTF_8), next);
        }

        @Override
        public void onStep(TrainingProgress progress) {
            try {
                out.write(TrainingCurve.csvLine(progress));
                if (System.nanoTime() - written > NANOSECONDS_BETWEEN_WRITES) {
                    out.flush();
                    written = System.nanoTime();
                }
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
            next.onStep(progress);
        }

        @Override
        public void onCheckpoint(Path file, long step) {
            try {
                out.flush();
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
            next.onCheckpoint(file, step);
        }

        @Override
        public void close() throws IOException {
            out.close();
        }
    }
}
