package io.forestage.cli.console;

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

/** One line of a terminal that shows how many bytes are done, the time left and the rate. */
public final class BytesBar implements AutoCloseable {

    private static final int REFRESH_MILLIS = 200;

    /** The usual 80 columns minus one: a full line would wrap. */
    private static final int COLUMNS = 79;

    private static final long KILO = 1000;
    private static final long MEGA = 1_000_000;

    private final PrintStream terminal;
    private final ProgressBar bar;

    /**
     * Draws a bar.
     *
     * @param terminal where it is drawn
     * @param name what stands before it
     * @param totalBytes all bytes, or -1 if that is not known
     * @param doneBytes the bytes that were done earlier
     */
    public BytesBar(PrintStream terminal, String name, long totalBytes, long doneBytes) {
        this.terminal = terminal;
        boolean isLarge = totalBytes >= MEGA;
        bar =
                new ProgressBarBuilder()
                        .setTaskName(Quoted.cut(name))
                        .setInitialMax(totalBytes)
                        .startsFrom(doneBytes, Duration.ZERO)
                        .setUnit(isLarge ? "MB" : "kB", isLarge ? MEGA : KILO)
                        .showSpeed(
                                new DecimalFormat(
                                        "0.0", DecimalFormatSymbols.getInstance(Locale.ROOT)))
                        .setStyle(ProgressBarStyle.ASCII)
                        .setUpdateIntervalMillis(REFRESH_MILLIS)
                        .setConsumer(new Line(terminal))
                        .build();
    }

    /** Moves the bar. */
    public void stepTo(long doneBytes) {
        bar.stepTo(doneBytes);
    }

    /** Replaces the words after the bar. */
    public void say(String words) {
        bar.setExtraMessage(words);
    }

    /** Ends the line, so that the next message begins a new one. */
    @Override
    public void close() {
        // The bar waits for its last drawing and swallows an interrupt meanwhile.
        boolean interrupted = Thread.interrupted();
        bar.close();
        terminal.println();
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
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
