package io.forestage.cli.train;

import io.forestage.support.Quoted;
import io.forestage.training.TrainingListener;
import io.forestage.training.TrainingProgress;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Locale;
import me.tongfei.progressbar.ProgressBar;
import me.tongfei.progressbar.ProgressBarBuilder;
import me.tongfei.progressbar.ProgressBarStyle;
import org.jspecify.annotations.Nullable;

/**
 * Prints a training's progress: a bar on a terminal, else a line every ten seconds. On Ctrl-C or
 * SIGTERM it prints how to continue the training.
 */
final class TrainingWatch implements TrainingListener, AutoCloseable {

    private static final Duration BETWEEN_LINES = Duration.ofSeconds(10);
    private static final double MAX_FIXED_POINT = 1e6;
    private static final int SECONDS_PER_MINUTE = 60;

    private final boolean terminal;
    private final boolean writesCheckpoints;
    private final PrintWriter out;
    private final Thread atShutdown = new Thread(this::printHowToContinue, "forestage-interrupted");
    private @Nullable ProgressBar bar;
    private long nextLine = System.nanoTime();
    private double heldOutLoss = Double.NaN;
    private volatile @Nullable TrainingProgress last;
    private volatile @Nullable Checkpoint checkpoint;

    private record Checkpoint(Path file, long step) {}

    /**
     * Starts to watch a training.
     *
     * @param terminal whether standard error is a terminal
     * @param writesCheckpoints whether the training writes checkpoints
     * @param out standard error
     */
    TrainingWatch(boolean terminal, boolean writesCheckpoints, PrintWriter out) {
        this.terminal = terminal;
        this.writesCheckpoints = writesCheckpoints;
        this.out = out;
        Runtime.getRuntime().addShutdownHook(atShutdown);
    }

    @Override
    public void onStep(TrainingProgress progress) {
        last = progress;
        if (!Double.isNaN(progress.heldOutLoss())) {
            heldOutLoss = progress.heldOutLoss();
        }
        if (terminal) {
            moveBar(progress);
        } else if (System.nanoTime() - nextLine >= 0 || progress.step() == progress.steps()) {
            nextLine = System.nanoTime() + BETWEEN_LINES.toNanos();
            out.println(line(progress));
            out.flush();
        }
    }

    @Override
    public void onCheckpoint(Path file, long step) {
        checkpoint = new Checkpoint(file, step);
    }

    @Override
    public void close() {
        ProgressBar current = bar;
        if (current != null) {
            current.close();
        }
        try {
            Runtime.getRuntime().removeShutdownHook(atShutdown);
        } catch (IllegalStateException shuttingDown) {
            // The hook is already running.
        }
    }

    private void moveBar(TrainingProgress progress) {
        ProgressBar current = bar;
        if (current == null) {
            current =
                    new ProgressBarBuilder()
                            .setTaskName("train")
                            .setInitialMax(progress.allTokens())
                            .setUnit("k", 1000)
                            .setStyle(ProgressBarStyle.ASCII)
                            .startsFrom(progress.tokens(), progress.elapsed())
                            .build();
            bar = current;
        }
        current.stepTo(progress.tokens());
        current.setExtraMessage(
                String.format(
                        Locale.ROOT,
                        "loss %s%s, %.0fk tokens/s",
                        format(progress.loss()),
                        heldOut(),
                        progress.tokensPerSecond() / 1000));
    }

    private String line(TrainingProgress progress) {
        long left = progress.left().toSeconds();
        return String.format(
                Locale.ROOT,
                "step %d of %d, loss %s%s, learning rate %.2e, %.0f tokens/s, %d:%02d left",
                progress.step(),
                progress.steps(),
                format(progress.loss()),
                heldOut(),
                progress.learningRate(),
                progress.tokensPerSecond(),
                left / SECONDS_PER_MINUTE,
                left % SECONDS_PER_MINUTE);
    }

    private String heldOut() {
        return Double.isNaN(heldOutLoss) ? "" : " (held out " + format(heldOutLoss) + ")";
    }

    private static String format(double loss) {
        return String.format(Locale.ROOT, loss < MAX_FIXED_POINT ? "%.4f" : "%.3e", loss);
    }

    private void printHowToContinue() {
        out.println();
        out.println(howToContinue());
        out.flush();
    }

    private String howToContinue() {
        TrainingProgress progress = last;
        String stopped =
                progress == null
                        ? "interrupted before the first step"
                        : "interrupted after step %d of %d"
                                .formatted(progress.step(), progress.steps());
        if (!writesCheckpoints) {
            return "%s of a comparison; the model is already written".formatted(stopped);
        }
        Checkpoint saved = checkpoint;
        return saved == null
                ? "%s; this run has written no checkpoint".formatted(stopped)
                : "%s; %s has %d steps: repeat the command with --resume to continue"
                        .formatted(stopped, Quoted.whole(saved.file().toString()), saved.step());
    }
}
