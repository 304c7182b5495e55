package io.forestage.cli.console;

import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** The option --format of commands that print a result for people or for programs. */
public final class ResultFormat {

    @Option(
            names = "--format",
            paramLabel = "table|json",
            defaultValue = "table",
            description = "table (default): text for people; json: one object per line.")
    private Kind kind;

    /** Returns whether JSON is wanted. */
    public boolean isJson() {
        return kind == Kind.JSON;
    }

    /** Returns a number for JSON, which has no NaN: null, so that its key is left out. */
    public static @Nullable Double number(double value) {
        return Double.isFinite(value) ? value : null;
    }

    /** How a result is printed. */
    private enum Kind {
        TABLE,
        JSON
    }
}
