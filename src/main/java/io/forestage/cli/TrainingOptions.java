package io.forestage.cli;

import io.forestage.training.StepOptions;
import io.forestage.training.TrainingDevices;
import io.forestage.training.TrainingRun;
import io.forestage.weights.StoredType;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Help;
import picocli.CommandLine.Option;

/** The options of trainings, in groups for commands to mix in. */
final class TrainingOptions {

    private TrainingOptions() {}

    /** The options of every training: the target, the device, and how to continue a stopped run. */
    static final class Run {

        @Option(
                names = "--model",
                paramLabel = "OUT",
                required = true,
                description =
                        "The model folder to write; until then checkpoints are in OUT-training.")
        private Path model;

        @Option(
                names = "--threads",
                description = "Default: all cores. The result does not depend on it.")
        private int threads = TrainingRun.defaults().threads();

        @Option(
                names = "--dtype",
                paramLabel = "float32|float16",
                description = "The element type to write. Default: float32.",
                showDefaultValue = Help.Visibility.NEVER)
        private StoredType type = TrainingRun.defaults().storedType();

        @Option(
                names = "--checkpoint-every",
                paramLabel = "STEPS",
                description =
                        "Default: 20 in skipgram, where a step has up to 524288 tokens, else 200.")
        private @Nullable Integer checkpointEvery;

        @Option(names = "--resume", description = "Continue from the last checkpoint.")
        private boolean resume;

        @Option(names = "--force", description = "Replace an existing model or checkpoint.")
        private boolean force;

        @Option(
                names = "--device",
                paramLabel = "cpu|gpu|gpu:0,1",
                description = "The device; several GPUs share each batch.")
        private String device = "cpu";

        Path model() {
            return model;
        }

        String device() {
            return device;
        }

        /** The run, with a default number of steps between checkpoints. */
        TrainingRun run(int byDefault) {
            return new TrainingRun(
                    threads,
                    checkpointEvery == null ? byDefault : checkpointEvery,
                    type,
                    start(),
                    force,
                    TrainingDevices.parse(device));
        }

        private TrainingRun.Start start() {
            if (resume) {
                return TrainingRun.Start.RESUME;
            }
            return force ? TrainingRun.Start.RESTART : TrainingRun.Start.NEW;
        }
    }

    /** How rows of data become steps. Options not given keep the task's defaults. */
    static final class Steps {

        @Option(names = "--batch", description = "Rows per batch. Default: 32 texts or 8 windows.")
        private @Nullable Integer batch;

        @Option(
                names = "--accumulate",
                paramLabel = "N",
                description =
                        "Batches per step, 1 by default: the step of one batch N times as large, in"
                                + " less memory.")
        private @Nullable Integer accumulate;

        @Option(
                names = "--epochs",
                description = "Passes over the data. Default: 1 in lm, 5 in classify.")
        private @Nullable Integer epochs;

        @Option(names = "--seed", description = "The seed of all random numbers, 1 by default.")
        private @Nullable Integer seed;

        @Option(
                names = "--evaluate-every",
                paramLabel = "STEPS",
                description =
                        "Steps between evaluations on held-out data. Default: once per epoch.")
        private int evaluateEvery;

        @Option(
                names = "--patience",
                paramLabel = "N",
                description =
                        "Stop after N evaluations without a new minimum of the held-out loss, and"
                                + " keep the model of the minimum; 0, the default: never.")
        private int patience;

        StepOptions or(StepOptions defaults) {
            return new StepOptions(
                    batch == null ? defaults.batch() : batch,
                    accumulate == null ? defaults.accumulate() : accumulate,
                    epochs == null ? defaults.epochs() : epochs,
                    seed == null ? defaults.seed() : seed,
                    evaluateEvery,
                    patience);
        }
    }

    /** What the tables start from: a model, or new tables of a given width. */
    static final class Start {

        @Option(
                names = "--init",
                paramLabel = "MODEL",
                description = "Start from a model's tables. Default: new tables.")
        private @Nullable Path init;

        @Option(
                names = "--dim",
                description = "D of new tables; 64 by default in classify, 128 in lm.")
        private @Nullable Integer dimension;

        @Nullable Path init() {
            return init;
        }

        /** The width of new tables; tables of --init keep their own. */
        int dimension(int byDefault) {
            if (init != null && dimension != null) {
                throw new IllegalArgumentException(
                        "--dim: expected no --init, whose tables have their own width, found --dim="
                                + dimension
                                + "; leave one of them out");
            }
            return dimension == null ? byDefault : dimension;
        }
    }
}
