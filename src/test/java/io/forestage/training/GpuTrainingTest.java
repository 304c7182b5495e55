package io.forestage.training;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.forestage.InputStage;
import io.forestage.model.LoadOptions;
import io.forestage.testing.GpuTest;
import io.forestage.testing.TestDevice;
import io.forestage.testing.Tolerances;
import io.forestage.training.session.Interruption;
import io.forestage.training.session.ParameterRows;
import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Trainings on a GPU compared with the same trainings on the CPU. */
@GpuTest
class GpuTrainingTest {

    @TempDir Path temporary;

    @ParameterizedTest
    @EnumSource(names = {"CLASSIFY", "LANGUAGE_MODEL"})
    void theTableAgreesWithTheCpus(SmallTraining training) throws IOException {
        Path input = training.write(temporary.resolve("input"));
        Path onDevice = temporary.resolve("device");
        Path onCpu = temporary.resolve("cpu");
        runWithoutDropout(training, input, onDevice, TestDevice.name());
        runWithoutDropout(training, input, onCpu, "cpu");

        assertClose(table(onDevice), table(onCpu));
    }

    @ParameterizedTest
    @EnumSource(names = {"CLASSIFY", "LANGUAGE_MODEL"})
    void aResumedTrainingEndsInTheSameTable(SmallTraining training) throws IOException {
        Path input = training.write(temporary.resolve("input"));
        Path whole = temporary.resolve("whole");
        Path resumed = temporary.resolve("cut");
        TrainingRun run = run(TestDevice.name()).withCheckpointEvery(2);
        training.run(input, whole, run, progress -> {});
        assertThatThrownBy(() -> training.run(input, resumed, run, Interruption.after(3)))
                .isInstanceOf(Interruption.class);
        training.run(input, resumed, run.withStart(TrainingRun.Start.RESUME), progress -> {});

        assertClose(table(resumed), table(whole));
    }

    /** Trains without dropout, for which a GPU draws other numbers than the CPU. */
    private static void runWithoutDropout(
            SmallTraining training, Path input, Path model, String device) throws IOException {
        if (training == SmallTraining.LANGUAGE_MODEL) {
            SmallTraining.runLanguageModel(input, model, 0, run(device), progress -> {});
        } else {
            training.run(input, model, run(device), progress -> {});
        }
    }

    private static TrainingRun run(String device) {
        return TrainingRun.defaults().withDevices(TrainingDevices.parse(device));
    }

    private static float[] table(Path model) throws IOException {
        try (InputStage stage = InputStage.load(model, LoadOptions.frozen(), null)) {
            return TestDevice.floats(ParameterRows.tableOf(stage.block()));
        }
    }

    private static void assertClose(float[] found, float[] expected) {
        assertThat(found).hasSameSizeAs(expected);
        int far = 0;
        int furthest = 0;
        for (int i = 0; i < expected.length; i++) {
            float distance = Math.abs(found[i] - expected[i]);
            if (!(distance <= Tolerances.DEVICE_TRAINING)) {
                far++;
            }
            if (!(distance <= Math.abs(found[furthest] - expected[furthest]))) {
                furthest = i;
            }
        }
        assertThat(found[furthest])
                .as("value %d, the furthest of %d of %d", furthest, far, expected.length)
                .isCloseTo(expected[furthest], within(Tolerances.DEVICE_TRAINING));
    }
}
