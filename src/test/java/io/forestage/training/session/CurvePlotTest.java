package io.forestage.training.session;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeFalse;

import io.forestage.training.KilledTraining;
import io.forestage.training.SmallTraining;
import io.forestage.training.TrainingRun;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Trainings where the curve cannot be drawn, as on a server without a screen. */
class CurvePlotTest {

    private static final Pattern OPTIONAL = Pattern.compile("xchart|picocli|progressbar|jline");

    /** The modules that DJL and the JDK's HTTP client need. */
    private static final String MODULES =
            "java.logging,java.management,jdk.management,java.net.http,java.xml,jdk.unsupported";

    @TempDir Path temporary;

    @Test
    void aModelIsWrittenWhereItsCurveCannotBeDrawn() throws Exception {
        SmallTraining task = SmallTraining.CLASSIFY;
        Path input = task.write(temporary.resolve("input"));
        Path model = temporary.resolve("model");
        ProcessBuilder process = KilledTraining.process(Drawing.class, task, input, model);
        process.environment().put("DISPLAY", ":of-nobody");

        assertThat(process.start().waitFor()).isZero();

        Path training = model.resolve("training");
        assertThat(training.resolve("curve.csv")).exists();
        assertThat(model.resolve("model.safetensors")).exists();
        assertThat(temporary.resolve("model-training")).doesNotExist();
        assumeFalse(
                Files.exists(training.resolve("curve.png")), "this system draws without a screen");
        assertThat(model.resolve("provenance.json"))
                .content()
                .contains("\"curve.png\": \"not drawn: ");
    }

    /** As on a server: without java.desktop and the optional libraries. */
    @Test
    void everyTrainingRunsWithoutTheLibrariesOfThePlotAndTheCommandLine() throws Exception {
        for (SmallTraining task : SmallTraining.values()) {
            Path input = task.write(temporary.resolve("input"));
            Path model = temporary.resolve(task.name());
            ProcessBuilder process = KilledTraining.process(Drawing.class, task, input, model);
            List<String> command = new ArrayList<>(process.command());
            int classPath = command.indexOf("-cp") + 1;
            command.set(
                    classPath,
                    Arrays.stream(command.get(classPath).split(File.pathSeparator, -1))
                            .filter(entry -> !OPTIONAL.matcher(entry).find())
                            .collect(Collectors.joining(File.pathSeparator)));
            command.addAll(1, List.of("--limit-modules", MODULES));
            process.command(command);

            assertThat(process.start().waitFor()).as("status of %s", task).isZero();

            assertThat(model.resolve("model.safetensors")).exists();
            assertThat(model.resolve("training/curve.csv")).exists();
            assertThat(model.resolve("training/curve.png")).doesNotExist();
            assertThat(model.resolve("provenance.json"))
                    .content()
                    .contains("\"curve.png\": \"not drawn: ");
        }
    }

    /** A program that expects a screen. */
    static final class Drawing {

        private Drawing() {}

        public static void main(String[] args) throws IOException {
            System.setProperty("java.awt.headless", "false");
            SmallTraining.valueOf(args[0])
                    .run(
                            Path.of(args[1]),
                            Path.of(args[2]),
                            TrainingRun.defaults(),
                            progress -> {});
            System.exit(0);
        }
    }
}
