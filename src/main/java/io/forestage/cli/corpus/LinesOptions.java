package io.forestage.cli.corpus;

import io.forestage.Pooling;
import io.forestage.corpus.CorpusOptions;
import io.forestage.tokens.OnTooLong;
import io.forestage.tokens.SpecialTokens;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** The options of {@code embed --lines}. */
public final class LinesOptions {

    @Option(
            names = "--lines",
            description =
                    "Embed a corpus: the arguments are FILEs, or - for standard input, with a text"
                            + " a line, plain or in gzip. Blank lines are texts without tokens."
                            + " Writes JSON lines, or --output FILE.npy, .safetensors, .jsonl or"
                            + " .parquet.")
    private boolean lines;

    @Option(
            names = "--pooling",
            paramLabel = "none|mean|last",
            description =
                    "With --lines: one vector a line, the mean (default) or the last token's, or"
                            + " none: one a token.")
    private @Nullable Pooling pooling;

    @Option(names = "--normalize", description = "With --lines: scale each vector to length 1.")
    private boolean normalize;

    @Option(
            names = "--on-error",
            paramLabel = "fail|skip",
            description =
                    "With --lines: what becomes of a line that cannot be embedded. fail (default):"
                            + " the command ends. skip: the line keeps its place, with NaN in .npy"
                            + " and .safetensors and null in the others, and FILE.errors lists it.")
    private @Nullable OnError onError;

    @Option(
            names = "--resume",
            description =
                    "With --lines: go on where an interrupted run with this --output stopped, from"
                            + " the folder FILE.partial.")
    private boolean resume;

    /** What becomes of a line that cannot be embedded. */
    enum OnError {
        FAIL,
        SKIP
    }

    /** Returns whether the arguments are files with a text a line. */
    public boolean areChosen() {
        return lines;
    }

    /** Returns an option that needs --lines and is there without it, or null. */
    public @Nullable String misplaced() {
        if (lines) {
            return null;
        }
        if (pooling != null) {
            return "--pooling";
        }
        if (onError != null) {
            return "--on-error";
        }
        if (normalize) {
            return "--normalize";
        }
        return resume ? "--resume" : null;
    }

    boolean isResumed() {
        return resume;
    }

    Pooling pooling() {
        return pooling == null ? Pooling.MEAN : pooling;
    }

    CorpusOptions options(OnTooLong onTooLong, SpecialTokens specialTokens) {
        return new CorpusOptions(
                pooling(), normalize, onTooLong, specialTokens, onError == OnError.SKIP);
    }
}
