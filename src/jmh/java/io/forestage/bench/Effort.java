package io.forestage.bench;

import org.openjdk.jmh.runner.options.ChainedOptionsBuilder;
import org.openjdk.jmh.runner.options.TimeValue;

/** The number of rows and the time to measure each. */
enum Effort {
    /** Every row. */
    WHOLE,
    /** One row of each kind of work, for a second or two each. */
    QUICK;

    private static final String PACKAGE = "io\\.forestage\\.bench\\.";

    ChainedOptionsBuilder choose(ChainedOptionsBuilder options) {
        if (this == WHOLE) {
            return options.include(PACKAGE);
        }
        // JMH fails if a benchmark lacks a parameter's value, so only benchmarks with these are
        // chosen.
        return options.include(PACKAGE + "(Forward|Load|Import|Tokenize)Benchmark")
                .param("shape", "8x1024")
                .param("folder", "PUBLISHED")
                .param("against", "DJL")
                .param("row", "LONG_JTOKKIT")
                .warmupIterations(1)
                .warmupTime(TimeValue.seconds(1))
                .measurementIterations(2)
                .measurementTime(TimeValue.seconds(1));
    }
}
