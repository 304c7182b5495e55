package io.forestage.corpus;

import io.forestage.InputStage;
import io.forestage.Pooling;
import io.forestage.support.Workers;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** Embeds a corpus. */
public final class CorpusRun {

    private static final String ERRORS = "errors";

    /** The text of a batch: some 250 thousand tokens, which are pooled to a vector a line. */
    private static final int POOLED_BYTES = 1 << 20;

    /** The text of a batch that keeps a vector for each token: some 50 MB for D = 768. */
    private static final int TOKEN_BYTES = 1 << 16;

    private static final long MAX_READ_SECONDS = 5;

    private static final long DEFAULT_CHECKPOINT_NANOS = 5_000_000_000L;

    private final InputStage stage;
    private final Path model;
    private final CorpusOptions options;
    private final CorpusListener listener;
    private final long checkpointNanos;

    /**
     * Prepares a run.
     *
     * @param stage the model, which stays open
     * @param model the folder or file that it was loaded from
     * @param options how lines become vectors
     * @param listener follows the run
     */
    public CorpusRun(InputStage stage, Path model, CorpusOptions options, CorpusListener listener) {
        this(stage, model, options, listener, DEFAULT_CHECKPOINT_NANOS);
    }

    CorpusRun(
            InputStage stage,
            Path model,
            CorpusOptions options,
            CorpusListener listener,
            long checkpointNanos) {
        this.stage = stage;
        this.model = model;
        this.options = options;
        this.listener = listener;
        this.checkpointNanos = checkpointNanos;
    }

    /**
     * Requires a name that an output may have.
     *
     * @param output the output
     * @param pooling how lines are pooled
     * @throws IllegalArgumentException if it does not end in .npy, .safetensors, .jsonl or
     *     .parquet, or is .npy, which has one vector a line, without a pooling
     */
    public static void requireOutput(Path output, Pooling pooling) {
        CorpusFormat.of(output.toString(), pooling);
    }

    /**
     * Returns whether an output has an interrupted run, which may be resumed.
     *
     * @param output the output
     * @return whether {@code OUTPUT.partial} has its state
     */
    public static boolean isInterrupted(Path output) {
        return WorkFolder.isInterrupted(output);
    }

    /**
     * Embeds lines into a file. Until it is whole, its parts are in the folder {@code
     * OUTPUT.partial}; an interrupted run leaves them there, to be resumed.
     *
     * @param sources the inputs, in order
     * @param output the file to write or replace; its ending is the format
     * @param resume whether an interrupted run of this output goes on, if there is one
     * @return what was done, earlier runs included
     * @throws CorpusException if an input, a line or the output is refused, such as an output that
     *     is an input; the message names it
     * @throws IOException if a file cannot be read or written
     * @throws IllegalArgumentException as {@link #requireOutput}
     */
    public CorpusProgress toFile(List<CorpusSource> sources, Path output, boolean resume)
            throws IOException {
        CorpusFormat format = CorpusFormat.of(output.toString(), options.pooling());
        Path target = Files.isSymbolicLink(output) ? output.toRealPath() : output;
        for (CorpusSource source : sources) {
            source.requireOtherThan(target);
        }
        Map<String, String> identity = CorpusIdentity.of(stage, model, options, sources);
        try (WorkFolder folder = WorkFolder.open(target, identity, resume)) {
            AppendFile errors = folder.append(ERRORS);
            Sink sink = format.open(folder, width(), isEachToken());
            CorpusProgress done = run(sources, new Output(sink, folder, errors));
            errors.force();
            sink.finish(target);
            if (errors.size() > 0) {
                folder.move(ERRORS, errorsOf(target));
            } else {
                Files.deleteIfExists(errorsOf(target)); // of an earlier output
            }
            folder.delete();
            return done;
        }
    }

    /**
     * Returns the file that lists the lines that were skipped.
     *
     * @param output the output
     * @return {@code OUTPUT.errors}, beside it
     */
    public static Path errorsOf(Path output) {
        return output.resolveSibling(output.getFileName() + ".errors");
    }

    /**
     * Embeds lines and writes an object a line, as in .jsonl.
     *
     * @param sources the inputs, in order
     * @param target receives ASCII
     * @param errors receives a line for each that was skipped
     * @return what was done
     * @throws CorpusException if an input or a line is refused; the message names it
     * @throws IOException if an input cannot be read, or the target not written
     */
    public CorpusProgress toLines(List<CorpusSource> sources, Appendable target, Appendable errors)
            throws IOException {
        Sink sink = new StreamSink(target, width(), isEachToken());
        return run(sources, new Output(sink, errors));
    }

    private CorpusProgress run(List<CorpusSource> sources, Output output) throws IOException {
        long total = totalBytes(sources);
        LineEmbedder embedder = new LineEmbedder(stage, options);
        ExecutorService reading = Workers.singleThread("forestage-corpus-reader");
        ExecutorService writing = Workers.singleThread("forestage-corpus-writer");
        CorpusReader reader =
                new CorpusReader(
                        sources,
                        isEachToken() ? TOKEN_BYTES : POOLED_BYTES,
                        output.start.position());
        try {
            Future<CorpusReader.Batch> next = reading.submit(reader::next);
            Future<CorpusState.Counts> written = writing.submit(() -> output.counts);
            long readBytes = 0;
            while (true) {
                CorpusReader.Batch batch = result(next);
                if (batch.lines().isEmpty()) {
                    break;
                }
                next = reading.submit(reader::next);
                List<EmbeddedLine> lines = embedder.embed(batch.lines());
                CorpusState.Counts counts = result(written);
                listener.advanced(progress(counts, readBytes, total));
                readBytes = batch.readBytes();
                written = writing.submit(() -> output.write(lines, batch.end()));
            }
            CorpusProgress done = progress(result(written), readBytes, total);
            listener.advanced(done);
            return done;
        } finally {
            end(writing, Long.MAX_VALUE);
            // A read from a terminal or a pipe may never end, and nobody waits for its line.
            if (end(reading, MAX_READ_SECONDS)) {
                reader.close();
            }
        }
    }

    private int width() {
        return Math.toIntExact(stage.config().nEmbd());
    }

    private boolean isEachToken() {
        return options.pooling() == Pooling.NONE;
    }

    private static CorpusProgress progress(CorpusState.Counts counts, long read, long total) {
        return new CorpusProgress(counts.lines(), counts.skipped(), counts.tokens(), read, total);
    }

    private static long totalBytes(List<CorpusSource> sources) throws IOException {
        long total = 0;
        for (CorpusSource source : sources) {
            long bytes = source.bytes();
            if (bytes < 0) {
                return -1;
            }
            total += bytes;
        }
        return total;
    }

    /** Waits until the thread uses no file any more, and returns whether that is so. */
    private static boolean end(ExecutorService thread, long seconds) {
        thread.shutdown();
        boolean interrupted = Thread.interrupted();
        try {
            return thread.awaitTermination(seconds, TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            interrupted = true;
            return thread.isTerminated();
        } finally {
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
        }
    }

    private static <T> T result(Future<T> task) throws IOException {
        try {
            return task.get();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new InterruptedIOException("interrupted; resume the run");
        } catch (ExecutionException e) {
            if (e.getCause() instanceof IOException failure) {
                throw failure;
            }
            if (e.getCause() instanceof Error error) {
                throw error;
            }
            if (e.getCause() instanceof RuntimeException failure) {
                throw failure;
            }
            throw new IllegalStateException(e.getCause());
        }
    }

    /** What the writer's thread alone touches. */
    private final class Output {

        private final Sink sink;
        private final @Nullable WorkFolder folder;
        private final Problems problems;
        private final CorpusState start;
        private CorpusState.Counts counts;
        private long checkpoint = System.nanoTime();

        Output(Sink sink, WorkFolder folder, AppendFile errors) {
            this.sink = sink;
            this.folder = folder;
            problems = text -> errors.put(text.getBytes(StandardCharsets.UTF_8));
            start = folder.start();
            counts = start.counts();
        }

        Output(Sink sink, Appendable errors) {
            this.sink = sink;
            folder = null;
            problems = errors::append;
            start = CorpusState.atStart(Map.of());
            counts = start.counts();
        }

        CorpusState.Counts write(List<EmbeddedLine> lines, Position end) throws IOException {
            long number = counts.lines();
            long tokens = counts.tokens();
            long skipped = counts.skipped();
            for (EmbeddedLine line : lines) {
                sink.write(++number, line);
                tokens += line.ids().length;
                if (line.isSkipped()) {
                    skipped++;
                    problems.add("%s: %s%n".formatted(line.place(), line.problem()));
                }
            }
            counts = new CorpusState.Counts(number, tokens, skipped);
            if (sink.endBatch()
                    && folder != null
                    && System.nanoTime() - checkpoint >= checkpointNanos) {
                sink.beforeSave();
                folder.save(end, counts);
                checkpoint = System.nanoTime();
            }
            return counts;
        }
    }

    /** Receives a line for each that was skipped. */
    @FunctionalInterface
    private interface Problems {
        void add(String line) throws IOException;
    }
}
