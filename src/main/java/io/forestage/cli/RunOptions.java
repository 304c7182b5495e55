package io.forestage.cli;

import io.forestage.training.TrainingDevices;
import io.forestage.training.TrainingRun;
import io.forestage.weights.StoredType;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Help;
import picocli.CommandLine.Option;

/** The options of every training: where to, on what, and what about one that was cut short. */
final class RunOptions {

    @Option(
            names = "--model",
            paramLabel = "OUT",
            required = true,
            description = "The model folder to write; checkpoints lie in OUT-training until then.")
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
