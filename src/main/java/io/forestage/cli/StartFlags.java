package io.forestage.cli;

import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** What a network's tables start from: a model, or new ones of a width. */
final class StartFlags {

    @Option(
            names = "--init",
            paramLabel = "MODEL",
            description = "Start from a model's tables; from new ones when not given.")
    private @Nullable Path init;

    @Option(names = "--dim", description = "D of new tables; 64 by default in classify, 128 in lm.")
    private @Nullable Integer dimension;

    @Nullable Path init() {
        return init;
    }

    /** The width of new tables; a model's own is its own. */
    int dimension(int usual) {
        if (init != null && dimension != null) {
            throw new IllegalArgumentException(
                    "--dim: expected it without --init, whose tables have a width of their own,"
                            + " found --dim="
                            + dimension
                            + "; leave one of them out");
        }
        return dimension == null ? usual : dimension;
    }
}
