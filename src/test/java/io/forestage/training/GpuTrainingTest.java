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
        training.run(input, onDevice, run(TestDevice.name()), progress -> {});
        training.run(input, onCpu, run("cpu"), progress -> {});

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
        for (int i = 0; i < expected.length; i++) {
            if (Math.abs(found[i] - expected[i]) > Tolerances.DEVICE_TRAINING) {
                assertThat(found[i])
                        .as("value %d", i)
                        .isCloseTo(expected[i], within(Tolerances.DEVICE_TRAINING));
            }
        }
    }
}
