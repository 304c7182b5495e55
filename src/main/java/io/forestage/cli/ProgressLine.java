package io.forestage.cli;

import io.forestage.training.TrainingListener;
import io.forestage.training.TrainingProgress;
import java.util.Locale;
import me.tongfei.progressbar.ProgressBar;
import me.tongfei.progressbar.ProgressBarBuilder;
import me.tongfei.progressbar.ProgressBarStyle;
import org.jspecify.annotations.Nullable;

/**
 * A training's progress on standard error, where a person watches it: a bar, its loss and speed.
 */
final class ProgressLine implements TrainingListener, AutoCloseable {

    private final boolean watched;
    private @Nullable ProgressBar bar;

    ProgressLine(boolean watched) {
        this.watched = watched;
    }

    @Override
    public void onStep(TrainingProgress progress) {
        if (!watched) {
            return;
        }
        ProgressBar shown = bar;
        if (shown == null) {
            shown =
                    new ProgressBarBuilder()
                            .setTaskName("train")
                            .setInitialMax(progress.allTokens())
                            .setUnit("k", 1000)
                            .setStyle(ProgressBarStyle.ASCII)
                            .startsFrom(progress.tokens(), progress.elapsed())
                            .build();
            bar = shown;
        }
        shown.stepTo(progress.tokens());
        shown.setExtraMessage(
                String.format(
                        Locale.ROOT,
                        "loss %.3f, %.0fk tokens/s",
                        progress.loss(),
                        progress.tokensPerSecond() / 1000));
    }

    @Override
    public void close() {
        ProgressBar shown = bar;
        if (shown != null) {
            shown.close();
        }
    }
}
