package io.forestage.cli.console;

import io.forestage.hub.DownloadListener;
import io.forestage.support.Quoted;
import java.io.PrintStream;
import java.text.DecimalFormat;
import java.text.DecimalFormatSymbols;
import java.time.Duration;
import java.util.Locale;
import me.tongfei.progressbar.ConsoleProgressBarConsumer;
import me.tongfei.progressbar.ProgressBar;
import me.tongfei.progressbar.ProgressBarBuilder;
import me.tongfei.progressbar.ProgressBarStyle;
import org.jspecify.annotations.Nullable;

/** Shows a download: one line per file with its name, progress, time left and rate. */
public final class DownloadBar implements DownloadListener, AutoCloseable {

    private static final int REFRESH_MILLIS = 200;

    /** The usual 80 columns minus one: a full line would wrap. */
    private static final int COLUMNS = 79;

    private static final long KILO = 1000;
    private static final long MEGA = 1_000_000;

    private final @Nullable PrintStream terminal;
    private @Nullable ProgressBar bar;

    /** Creates a bar on a terminal; null shows nothing. */
    DownloadBar(@Nullable PrintStream terminal) {
        this.terminal = terminal;
    }

    /** Returns a bar on standard error if that is a terminal, else one that shows nothing. */
    public static DownloadBar onStandardError() {
        return new DownloadBar(Terminal.isStandardError() ? System.err : null);
    }

    @Override
    public void started(String file, long totalBytes, long doneBytes) {
        close();
        if (terminal != null) {
            bar = build(terminal, file, totalBytes, doneBytes);
        }
    }

    @Override
    public void advanced(long doneBytes) {
        if (bar != null) {
            bar.stepTo(doneBytes);
        }
    }

    @Override
    public void finished() {
        close();
    }

    /** Ends the line of an unfinished file, so that the next message begins a new line. */
    @Override
    public void close() {
        if (bar != null && terminal != null) {
            // The bar waits for its last drawing and swallows an interrupt meanwhile.
            boolean interrupted = Thread.interrupted();
            bar.close();
            bar = null;
            terminal.println();
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
        }
    }

    private static ProgressBar build(
            PrintStream terminal, String file, long totalBytes, long doneBytes) {
        boolean isLarge = totalBytes >= MEGA;
        return new ProgressBarBuilder()
                .setTaskName(Quoted.cut(file))
                .setInitialMax(totalBytes)
                .startsFrom(doneBytes, Duration.ZERO)
                .setUnit(isLarge ? "MB" : "kB", isLarge ? MEGA : KILO)
                .showSpeed(new DecimalFormat("0.0", DecimalFormatSymbols.getInstance(Locale.ROOT)))
                .setStyle(ProgressBarStyle.ASCII)
                .setUpdateIntervalMillis(REFRESH_MILLIS)
                .setConsumer(new Line(terminal))
                .build();
    }

    /**
     * One line of a terminal. Its width is fixed, so that the bar does not query the terminal
     * through native code. close() does nothing, because the bar does not call it unless it has run
     * for a while.
     */
    private static final class Line extends ConsoleProgressBarConsumer {

        Line(PrintStream terminal) {
            super(terminal, COLUMNS);
        }

        @Override
        public void close() {}
    }
}
