package io.forestage.cli.train;

import io.forestage.training.StepOptions;
import io.forestage.training.TextOrder;
import io.forestage.training.TrainingDevices;
import io.forestage.training.TrainingRun;
import io.forestage.weights.StoredType;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Help;
import picocli.CommandLine.Option;

/** The options of training commands, in groups for commands to mix in. */
final class TrainingOptions {

    private TrainingOptions() {}

    /** The options of every training: the target, the device, checkpoints and how to resume. */
    static final class Run {

        @Option(
                names = "--model",
                paramLabel = "OUT",
                required = true,
                description =
                        "The model folder to write. During the training, OUT-training has the"
                                + " checkpoints.")
        private Path model;

        @Option(
                names = "--threads",
                description = "The number of threads. It does not change the result.")
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
                        "Steps between checkpoints. Default: 20 in skipgram, where a step has up to"
                                + " 524288 tokens; 200 in classify and lm.")
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

        /** Returns the run, with a default number of steps between checkpoints. */
        TrainingRun run(int defaultCheckpointEvery) {
            return new TrainingRun(
                    threads,
                    checkpointEvery == null ? defaultCheckpointEvery : checkpointEvery,
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

    /** The options of batches, steps and evaluations. */
    static final class Steps {

        @Option(names = "--batch", description = "Rows per batch. Default: 32 texts or 8 windows.")
        private @Nullable Integer batch;

        @Option(
                names = "--accumulate",
                paramLabel = "N",
                description =
                        "Batches per step. The step is that of one batch N times as large, in less"
                                + " memory. Default: 1.")
        private @Nullable Integer accumulate;

        @Option(
                names = "--epochs",
                description = "Passes over the data. Default: 1 in lm, 5 in classify.")
        private @Nullable Integer epochs;

        @Option(names = "--seed", description = "The seed of all random numbers. Default: 1.")
        private @Nullable Integer seed;

        @Option(
                names = "--evaluate-every",
                paramLabel = "STEPS",
                description =
                        "Steps between evaluations on held-out data. Default: once per epoch.",
                showDefaultValue = Help.Visibility.NEVER)
        private int evaluateEvery;

        @Option(
                names = "--patience",
                paramLabel = "N",
                description =
                        "Stop after N evaluations without a new minimum of the held-out loss, and"
                                + " keep the model of the minimum; 0: never stop early.")
        private int patience;

        /** Returns the options given, and the task's defaults for the others. */
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

    /** The option of the order of the text. */
    static final class Order {

        @Option(
                names = "--keep-order",
                description =
                        "Read the files one after the other. By default, the paragraphs of all"
                                + " files are mixed, by the seed.",
                showDefaultValue = Help.Visibility.NEVER)
        private boolean keepOrder;

        TextOrder order() {
            return keepOrder ? TextOrder.KEPT : TextOrder.MIXED;
        }
    }

    /** The options of the initial tables: those of a model, or new ones of a given width. */
    static final class Start {

        @Option(
                names = "--init",
                paramLabel = "MODEL",
                description = "Start from a model's tables. Default: new tables.")
        private @Nullable Path init;

        @Option(
                names = "--dim",
                description = "The width D of new tables. Default: 64 in classify, 128 in lm.")
        private @Nullable Integer dimension;

        @Nullable Path init() {
            return init;
        }

        /** Returns the width of new tables; the tables of --init keep theirs. */
        int dimension(int defaultDimension) {
            if (init != null && dimension != null) {
                throw new IllegalArgumentException(
                        "--dim: expected --dim or --init, whose tables have their own width, found both (--dim=%d); leave one out"
                                .formatted(dimension));
            }
            return dimension == null ? defaultDimension : dimension;
        }
    }
}
