package io.forestage.cli;

import io.forestage.training.StepOptions;
import io.forestage.training.TrainingDevices;
import io.forestage.training.TrainingRun;
import io.forestage.weights.StoredType;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Help;
import picocli.CommandLine.Option;

/** The options of trainings, in groups that a command mixes in. */
final class TrainingOptions {

    private TrainingOptions() {}

    /** The options of every training: where to, on what, and what about one that was cut short. */
    static final class Run {

        @Option(
                names = "--model",
                paramLabel = "OUT",
                required = true,
                description =
                        "The model folder to write; checkpoints lie in OUT-training until then.")
        private Path model;

        @Option(names = "--threads", description = "All cores by default; the result is the same.")
        private int threads = TrainingRun.usual().threads();

        @Option(
                names = "--dtype",
                paramLabel = "float32|float16",
                description = "The element type to write, float32 when not given.",
                showDefaultValue = Help.Visibility.NEVER)
        private StoredType type = TrainingRun.usual().storedType();

        @Option(
                names = "--checkpoint-every",
                paramLabel = "STEPS",
                description =
                        "20 by default in skipgram, where a step is up to 524288 tokens, else 200.")
        private @Nullable Integer checkpointEvery;

        @Option(names = "--resume", description = "Go on at the last checkpoint.")
        private boolean resume;

        @Option(names = "--force", description = "Replace a model or checkpoint that is there.")
        private boolean force;

        @Option(
                names = "--device",
                paramLabel = "cpu|gpu|gpu:0,1",
                description = "What to train on; several GPUs share each batch.")
        private String device = "cpu";

        Path model() {
            return model;
        }

        String device() {
            return device;
        }

        /** The run; {@code usual} steps between checkpoints. */
        TrainingRun run(int usual) {
            return new TrainingRun(
                    threads,
                    checkpointEvery == null ? usual : checkpointEvery,
                    type,
                    start(),
                    force,
                    TrainingDevices.parse(device));
        }

        private TrainingRun.Start start() {
            if (resume) {
                return TrainingRun.Start.RESUME;
            }
            return force ? TrainingRun.Start.AFRESH : TrainingRun.Start.NEW;
        }
    }

    /** How rows of data become steps; what is not given is the task's own. */
    static final class Steps {

        @Option(
                names = "--batch",
                description = "Rows at once: texts, 32 by default, or windows, 8.")
        private @Nullable Integer batch;

        @Option(
                names = "--accumulate",
                paramLabel = "N",
                description =
                        "Batches a step, 1 by default: as one N times as large, in less memory.")
        private @Nullable Integer accumulate;

        @Option(
                names = "--epochs",
                description =
                        "How often to go through the data; in lm 1 by default, in classify 5.")
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

    /** What a network's tables start from: a model, or new ones of a width. */
    static final class Start {

        @Option(
                names = "--init",
                paramLabel = "MODEL",
                description = "Start from a model's tables; from new ones when not given.")
        private @Nullable Path init;

        @Option(
                names = "--dim",
                description = "D of new tables; 64 by default in classify, 128 in lm.")
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
}
