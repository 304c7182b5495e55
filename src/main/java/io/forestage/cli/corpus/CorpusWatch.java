package io.forestage.cli.corpus;

import io.forestage.cli.console.ByteCount;
import io.forestage.cli.console.BytesBar;
import io.forestage.cli.console.Terminal;
import io.forestage.corpus.CorpusListener;
import io.forestage.corpus.CorpusProgress;
import java.io.PrintStream;
import java.io.PrintWriter;
import java.util.Locale;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/** Shows a run: a bar on a terminal, else a line every ten seconds; the total at the end. */
final class CorpusWatch implements CorpusListener, AutoCloseable {

    private static final long SECOND = 1_000_000_000;
    private static final long LINE_NANOS = 10 * SECOND;

    private final PrintWriter err;
    private final @Nullable PrintStream terminal;
    private final LongSupplier nanos;
    private final long begin;
    private long lastLine;
    private long earlierTokens = -1;
    private @Nullable BytesBar bar;

    CorpusWatch(PrintWriter err) {
        this(err, Terminal.isStandardError() ? System.err : null, System::nanoTime);
    }

    CorpusWatch(PrintWriter err, @Nullable PrintStream terminal, LongSupplier nanos) {
        this.err = err;
        this.terminal = terminal;
        this.nanos = nanos;
        begin = nanos.getAsLong();
        lastLine = begin;
    }

    @Override
    public void advanced(CorpusProgress progress) {
        if (earlierTokens < 0) {
            earlierTokens = progress.tokens(); // of an interrupted run
        }
        if (terminal != null) {
            if (bar == null) {
                bar = new BytesBar(terminal, "embed", progress.totalBytes(), progress.readBytes());
            }
            bar.stepTo(progress.readBytes());
            bar.say(" %,d tokens/s".formatted(rate(progress)));
        } else if (nanos.getAsLong() - lastLine >= LINE_NANOS) {
            lastLine = nanos.getAsLong();
            err.printf(
                    Locale.ROOT,
                    "forestage: %,d lines, %,d tokens, %s%s read, %,d tokens/s%n",
                    progress.lines(),
                    progress.tokens(),
                    ByteCount.of(progress.readBytes()),
                    progress.totalBytes() < 0 ? "" : " of " + ByteCount.of(progress.totalBytes()),
                    rate(progress));
        }
    }

    /** Prints what was done. */
    void finished(CorpusProgress done, String output) {
        close();
        err.printf(
                Locale.ROOT,
                "forestage: %,d line%s, %,d tokens in %.1f s, %,d tokens/s%s%n",
                done.lines(),
                done.lines() == 1 ? "" : "s",
                done.tokens(),
                seconds(),
                rate(done),
                output.isEmpty() ? "" : ": " + output);
    }

    /** Ends the bar's line. */
    @Override
    public void close() {
        if (bar != null) {
            bar.close();
            bar = null;
        }
    }

    private double seconds() {
        return (nanos.getAsLong() - begin) / (double) SECOND;
    }

    private long rate(CorpusProgress progress) {
        return Math.round((progress.tokens() - earlierTokens) / Math.max(0.001, seconds()));
    }
}
