package io.forestage.cli.train;

import io.forestage.training.StepOptions;
import io.forestage.training.TextOrder;
import io.forestage.training.TrainingDevices;
import io.forestage.training.TrainingRun;
import io.forestage.weights.StoredType;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Help;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** The options of training commands, in groups for commands to mix in. */
final class TrainingOptions {

    private TrainingOptions() {}

    /** The options of every training: the target, the device, checkpoints and how to resume. */
    static final class Run {

        @Option(
                names = "--model",
                paramLabel = "DIR",
                required = true,
                description =
                        "The model folder to write. During the training, DIR-training has the"
                                + " checkpoints.")
        private Path model;

        @Option(
                names = "--threads",
                paramLabel = "N",
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
                description = "Steps between checkpoints.")
        private int checkpointEvery;

        @Option(names = "--resume", description = "Continue from the last checkpoint.")
        private boolean resume;

        @Option(names = "--force", description = "Replace an existing model or checkpoint.")
        private boolean force;

        @Option(
                names = "--device",
                paramLabel = "cpu|gpu|gpu:0,1",
                description = "The device; several GPUs share each batch.")
        private String device = "cpu";

        /** Creates the options with a training's own number of steps between checkpoints. */
        Run(int checkpointEvery) {
            this.checkpointEvery = checkpointEvery;
        }

        Path model() {
            return model;
        }

        String device() {
            return device;
        }

        TrainingRun run() {
            return new TrainingRun(
                    threads, checkpointEvery, type, start(), force, TrainingDevices.parse(device));
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

        @Option(
                names = "--batch",
                paramLabel = "N",
                description = "Rows per batch: texts or windows.")
        private int batch;

        @Option(
                names = "--accumulate",
                paramLabel = "N",
                description =
                        "Batches per step. The step is that of one batch N times as large, in less"
                                + " memory.")
        private int accumulate;

        @Option(names = "--epochs", paramLabel = "N", description = "Passes over the data.")
        private int epochs;

        @Option(names = "--seed", paramLabel = "N", description = "The seed of all random numbers.")
        private int seed;

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

        /** Creates the options with a task's defaults. */
        Steps(StepOptions defaults) {
            batch = defaults.batch();
            accumulate = defaults.accumulate();
            epochs = defaults.epochs();
            seed = defaults.seed();
            evaluateEvery = defaults.evaluateEvery();
            patience = defaults.patience();
        }

        StepOptions options() {
            return new StepOptions(batch, accumulate, epochs, seed, evaluateEvery, patience);
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

        @Spec(Spec.Target.MIXEE)
        private CommandSpec spec;

        @Option(
                names = "--init",
                paramLabel = "DIR",
                description = "Start from a model's tables. Default: new tables.")
        private @Nullable Path init;

        @Option(names = "--dim", paramLabel = "D", description = "The width of new tables.")
        private int dimension;

        /** Creates the options with a task's own width. */
        Start(int dimension) {
            this.dimension = dimension;
        }

        @Nullable Path init() {
            return init;
        }

        /** Returns the width of new tables; the tables of --init keep theirs. */
        int dimension() {
            if (init != null && spec.commandLine().getParseResult().hasMatchedOption("--dim")) {
                throw new IllegalArgumentException(
                        "--dim: expected --dim or --init, whose tables have their own width, found both (--dim=%d); leave one out"
                                .formatted(dimension));
            }
            return dimension;
        }
    }
}
