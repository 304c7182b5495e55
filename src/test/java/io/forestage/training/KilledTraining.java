package io.forestage.training;

import static org.assertj.core.api.Assertions.assertThat;

import io.forestage.training.session.Interruption;
import io.forestage.weights.StoredType;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** A training in another process, which is killed before its end. */
public final class KilledTraining {

    private KilledTraining() {}

    /** Starts or resumes a training, and kills it after {@code steps} more steps. */
    public static void kill(SmallTraining task, Path input, Path model, int steps)
            throws Exception {
        Process training = process(KilledTraining.class, task, input, model).start();
        try (BufferedReader out = training.inputReader(StandardCharsets.UTF_8)) {
            for (int i = 0; i < steps; i++) {
                assertThat(out.readLine()).startsWith("step");
            }
            training.destroyForcibly().waitFor();
        }
    }

    /** Returns a process; its main method gets a task, its input and the model as arguments. */
    public static ProcessBuilder process(
            Class<?> main, SmallTraining task, Path input, Path model) {
        return new ProcessBuilder(
                        List.of(
                                Path.of(System.getProperty("java.home"), "bin/java").toString(),
                                "-cp",
                                System.getProperty("java.class.path"),
                                main.getName(),
                                task.name(),
                                input.toString(),
                                model.toString()))
                .redirectError(ProcessBuilder.Redirect.INHERIT);
    }

    public static TrainingRun run(int threads, TrainingRun.Start start) {
        return new TrainingRun(threads, 1, StoredType.FLOAT32, start, false);
    }

    /** The process to kill: it waits after the last step, so as not to end before it is killed. */
    public static void main(String[] args) throws IOException {
        Path model = Path.of(args[2]);
        boolean started = Files.exists(Interruption.checkpointOf(model));
        TrainingRun.Start start = started ? TrainingRun.Start.RESUME : TrainingRun.Start.NEW;
        SmallTraining.valueOf(args[0])
                .run(Path.of(args[1]), model, run(2, start), KilledTraining::print);
    }

    private static void print(TrainingProgress progress) {
        System.out.println("step " + progress.step());
        if (progress.step() == progress.steps()) {
            try {
                Thread.sleep(60_000);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        }
    }
}
