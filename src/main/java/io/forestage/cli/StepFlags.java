package io.forestage.cli;

import io.forestage.training.StepOptions;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** How rows of data become steps; what is not given is the task's own. */
final class StepFlags {

    @Option(names = "--batch", description = "Rows at once: texts, 32 by default, or windows, 8.")
    private @Nullable Integer batch;

    @Option(
            names = "--accumulate",
            paramLabel = "N",
            description = "Batches a step, 1 by default: as one N times as large, in less memory.")
    private @Nullable Integer accumulate;

    @Option(
            names = "--epochs",
            description = "How often to go through the data; in lm 1 by default, in classify 5.")
    private @Nullable Integer epochs;

    @Option(names = "--seed", description = "Where all random numbers come from; 1 by default.")
    private @Nullable Integer seed;

    @Option(
            names = "--evaluate-every",
            paramLabel = "STEPS",
            description = "Measure the held-out loss so often; once an epoch by default.")
    private int evaluateEvery;

    @Option(
            names = "--patience",
            paramLabel = "N",
            description =
                    "Stop after N measurements without a new least held-out loss, and keep the"
                            + " model that had the least; 0, the default: never.")
    private int patience;

    StepOptions or(StepOptions usual) {
        return new StepOptions(
                batch == null ? usual.batch() : batch,
                accumulate == null ? usual.accumulate() : accumulate,
                epochs == null ? usual.epochs() : epochs,
                seed == null ? usual.seed() : seed,
                evaluateEvery,
                patience);
    }
}
