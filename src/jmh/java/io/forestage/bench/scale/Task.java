package io.forestage.bench.scale;

import io.forestage.bench.Tokens;
import java.io.IOException;

/**
 * What one process measures.
 *
 * @param kind the kind of work
 * @param ids the distribution of ids
 * @param rows V
 * @param width D
 * @param batch B, or of texts the number of bytes
 * @param length T
 * @param threads the number of threads
 */
record Task(Kind kind, Tokens ids, long rows, long width, long batch, long length, int threads) {

    private static final long GPT2_ROWS = 50257;
    private static final long GPT2_WIDTH = 768;

    private static final long MANY_VALUES = 200_000_000;
    private static final long MANY_BYTES = 50_000_000;

    /** Java, DJL and libtorch themselves. */
    private static final long PROCESS_BYTES = 600_000_000L;

    /** GPT-2's table and 8 × 1024 ids that are drawn uniformly. */
    static Task gpt2(Kind kind) {
        return new Task(
                kind,
                Tokens.UNIFORM,
                GPT2_ROWS,
                GPT2_WIDTH,
                8,
                1024,
                Runtime.getRuntime().availableProcessors());
    }

    Task withIds(Tokens other) {
        return new Task(kind, other, rows, width, batch, length, threads);
    }

    Task withTable(long otherRows, long otherWidth) {
        return new Task(kind, ids, otherRows, otherWidth, batch, length, threads);
    }

    Task withBatch(long otherBatch, long otherLength) {
        return new Task(kind, ids, rows, width, otherBatch, otherLength, threads);
    }

    Task withThreads(int other) {
        return new Task(kind, ids, rows, width, batch, length, other);
    }

    /** The number of ids, bytes or texts of a call. */
    long units() {
        return switch (kind) {
            case STAGE, FUSED, SPARSE -> batch * length;
            case TEXT, LINES -> batch;
            case PREDICTORS -> 1;
        };
    }

    /** The memory that the process needs, about; the pages of mapped files do not count. */
    long bytes() {
        long table = rows * width * Float.BYTES;
        long vectors = units() * width * Float.BYTES;
        return PROCESS_BYTES
                + switch (kind) {
                    case STAGE -> vectors;
                    // The table and Adam's two; the vectors and their gradient.
                    case FUSED -> 3 * table + 2 * vectors;
                    // A copy of the gradient more, as was measured.
                    case SPARSE -> 3 * table + 3 * vectors;
                    // The text, and twice eight bytes for each token of some three letters.
                    case TEXT -> 8 * batch;
                    case LINES, PREDICTORS -> 0;
                };
    }

    /** Whether its work is that of thousands of calls at other points, so that once is enough. */
    boolean isLarge() {
        return switch (kind) {
            case STAGE, FUSED, SPARSE -> units() * width >= MANY_VALUES;
            case TEXT, LINES -> batch >= MANY_BYTES;
            case PREDICTORS -> false;
        };
    }

    /** Java's largest heap. */
    String heap() {
        return "-Xmx%dm".formatted(2000 + (kind == Kind.TEXT ? 8 * batch / 1_000_000 : 0));
    }

    /** The kinds of work. */
    enum Kind {
        /** Tokens + positions of a table that is mapped from a file. */
        STAGE,
        /** A training step of a table with a fused lookup. */
        FUSED,
        /** A training step of a table with sparse gradients. */
        SPARSE,
        /** The ids of one text. */
        TEXT,
        /** A file of lines to a file of vectors. */
        LINES,
        /** Texts through predictors, one in each thread. */
        PREDICTORS;

        Work open(Task task) throws IOException {
            return switch (this) {
                case STAGE -> TableWork.stage(task);
                case FUSED, SPARSE -> TableWork.step(task);
                case TEXT -> TextWork.text(task);
                case LINES -> TextWork.lines(task);
                case PREDICTORS -> TextWork.predictors(task);
            };
        }
    }
}
