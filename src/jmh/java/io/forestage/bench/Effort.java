package io.forestage.bench;

import java.util.List;
import org.openjdk.jmh.runner.options.ChainedOptionsBuilder;
import org.openjdk.jmh.runner.options.TimeValue;

/** The number of rows and the time to measure each. */
enum Effort {
    /** Every row. */
    WHOLE,
    /** One row of each kind of work, for a second or two each. */
    QUICK;

    private static final String CLASSES = "io\\.forestage\\.bench\\.(%s)Benchmark\\.";

    /**
     * Chooses benchmarks by their names without the ending.
     *
     * @param benchmarks for {@link #QUICK} only those of Forward, Load, Import and Tokenize, as JMH
     *     fails if a benchmark lacks a parameter's value
     */
    ChainedOptionsBuilder choose(ChainedOptionsBuilder options, List<String> benchmarks) {
        ChainedOptionsBuilder chosen =
                options.include(CLASSES.formatted(String.join("|", benchmarks)));
        if (this == WHOLE) {
            return chosen;
        }
        return chosen.param("shape", "8x1024")
                .param("folder", "PUBLISHED")
                .param("against", "DJL")
                .param("row", "LONG_JTOKKIT")
                .warmupIterations(1)
                .warmupTime(TimeValue.seconds(1))
                .measurementIterations(2)
                .measurementTime(TimeValue.seconds(1));
    }
}
