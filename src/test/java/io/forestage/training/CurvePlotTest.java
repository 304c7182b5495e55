package io.forestage.training;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeFalse;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Drawing needs what a server may lack. */
class CurvePlotTest {

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

    /** A program that has not said that it goes without a screen. */
    static final class Drawing {

        private Drawing() {}

        public static void main(String[] args) throws IOException {
            System.setProperty("java.awt.headless", "false");
            SmallTraining.valueOf(args[0])
                    .run(Path.of(args[1]), Path.of(args[2]), TrainingRun.usual(), progress -> {});
            System.exit(0);
        }
    }
}
