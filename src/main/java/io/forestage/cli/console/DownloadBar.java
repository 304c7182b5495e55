package io.forestage.cli.console;

import io.forestage.hub.DownloadListener;
import java.io.PrintStream;
import org.jspecify.annotations.Nullable;

/** Shows a download: one line per file with its name, progress, time left and rate. */
public final class DownloadBar implements DownloadListener, AutoCloseable {

    private final @Nullable PrintStream terminal;
    private @Nullable BytesBar bar;

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
            bar = new BytesBar(terminal, file, totalBytes, doneBytes);
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
        if (bar != null) {
            bar.close();
            bar = null;
        }
    }
}
