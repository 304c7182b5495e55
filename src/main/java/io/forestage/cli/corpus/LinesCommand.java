package io.forestage.cli.corpus;

import io.forestage.InputStage;
import io.forestage.corpus.CorpusOptions;
import io.forestage.corpus.CorpusProgress;
import io.forestage.corpus.CorpusRun;
import io.forestage.corpus.CorpusSource;
import io.forestage.support.Quoted;
import io.forestage.tokens.OnTooLong;
import io.forestage.tokens.SpecialTokens;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Runs {@code embed --lines}. */
public final class LinesCommand {

    private static final String ENGINE_THREADS = "ai.djl.pytorch.num_threads";

    private final LinesOptions lines;
    private final @Nullable Path output;
    private final List<CorpusSource> sources = new ArrayList<>();
    private final CorpusOptions options;

    /**
     * Checks the arguments.
     *
     * @param lines the options
     * @param output the file to write, or null for standard output
     * @param files the inputs; {@code -} is standard input
     * @param onTooLong how a long line is handled
     * @param specialTokens how a special token's spelling inside a line is read
     * @throws IllegalArgumentException if they do not fit together
     */
    public LinesCommand(
            LinesOptions lines,
            @Nullable Path output,
            List<String> files,
            OnTooLong onTooLong,
            SpecialTokens specialTokens) {
        this.lines = lines;
        this.output = output;
        if (files.isEmpty()) {
            throw new IllegalArgumentException(
                    "--lines: expected files with a text a line, found none; add FILE or -");
        }
        if (output != null) {
            CorpusRun.requireOutput(output, lines.pooling());
        } else if (lines.isResumed()) {
            throw new IllegalArgumentException(
                    "--resume: expected --output FILE, found none; add the interrupted run's");
        }
        if (files.stream().filter("-"::equals).count() > 1) {
            throw new IllegalArgumentException("-: expected once, found twice");
        }
        for (String file : files) {
            sources.add(
                    file.equals("-")
                            ? CorpusSource.of("standard input", System.in)
                            : CorpusSource.of(Path.of(file)));
        }
        options = lines.options(onTooLong, specialTokens);
    }

    /**
     * Lets libtorch use one thread for an operation. Lines are short, so that its threads would
     * wait for each other more than they work; the lines themselves are shared among threads. To be
     * called before the engine starts.
     */
    public static void useThreadsForLines() {
        if (System.getProperty(ENGINE_THREADS) == null) {
            System.setProperty(ENGINE_THREADS, "1");
        }
    }

    /** Returns whether the output is whole already, so that there is nothing to resume. */
    public boolean isDone(PrintWriter err) {
        if (output == null
                || !lines.isResumed()
                || CorpusRun.isInterrupted(output)
                || !Files.exists(output)) {
            return false;
        }
        err.printf(
                "forestage: %s is whole: nothing to resume; leave out --resume to write it again%n",
                Quoted.line(output.toString()));
        return true;
    }

    /**
     * Embeds the lines.
     *
     * @param stage the model
     * @param model the folder or file that it was loaded from
     * @param out standard output
     * @param err standard error
     * @throws IOException if an input, a line or the output is refused
     */
    public void run(InputStage stage, Path model, PrintWriter out, PrintWriter err)
            throws IOException {
        requireWindowsThatFit(stage);
        try (CorpusWatch watch = new CorpusWatch(err)) {
            CorpusRun run = new CorpusRun(stage, model, options, watch);
            if (output == null) {
                watch.finished(run.toLines(sources, new Checked(out), err), "");
                return;
            }
            CorpusProgress done = run.toFile(sources, output, lines.isResumed());
            watch.finished(done, Quoted.line(output.toString()));
            if (done.skipped() > 0) {
                err.printf(
                        "forestage: %d line%s skipped, see %s%n",
                        done.skipped(),
                        done.skipped() == 1 ? "" : "s",
                        Quoted.line(CorpusRun.errorsOf(output).toString()));
            }
        }
    }

    private void requireWindowsThatFit(InputStage stage) {
        int maximum = stage.batchOptions().maxLength();
        if (options.onTooLong() instanceof OnTooLong.Windows windows
                && windows.length() > maximum) {
            throw new IllegalArgumentException(
                    "--long windows: expected a LENGTH of at most the model's %d positions, found %d"
                            .formatted(maximum, windows.length()));
        }
    }

    /** Standard output, which ends the run once nobody reads it any more. */
    private record Checked(PrintWriter out) implements Appendable {

        @Override
        public Appendable append(CharSequence text) throws IOException {
            out.append(text);
            if (out.checkError()) {
                throw new IOException("standard output: expected a reader, found it closed");
            }
            return this;
        }

        @Override
        public Appendable append(CharSequence text, int begin, int end) throws IOException {
            return append(text.subSequence(begin, end));
        }

        @Override
        public Appendable append(char unit) throws IOException {
            return append(String.valueOf(unit));
        }
    }
}
