package io.forestage.training;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import ai.djl.Device;
import ai.djl.engine.Engine;
import io.forestage.training.skipgram.SkipGramOptions;
import io.forestage.training.skipgram.SkipGramTraining;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Devices by their names, and unavailable devices. */
class TrainingDevicesTest {

    @Test
    void theCpuIsAlwaysAvailable() {
        assertThat(TrainingDevices.parse("cpu")).isEqualTo(TrainingDevices.cpu());
        assertThat(TrainingDevices.cpu()).hasToString("cpu");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"", "CPU", "gpu:", "gpu:-1", "gpu:0,", "gpu:a", "gpu0", "tpu", "gpu:99999"})
    void otherTextsAreRefused(String text) {
        assertThatThrownBy(() -> TrainingDevices.parse(text))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("device: expected cpu, gpu or gpu:0,1, found " + text);
    }

    @ParameterizedTest
    @CsvSource({
        "0, 'cpu (libtorch finds no GPU on this machine), found gpu:0,2'",
        "1, 'cpu or gpu:0, found gpu:0,2'",
        "2, 'cpu or one or more of gpu:0 to gpu:1, found gpu:0,2'"
    })
    void anUnavailableDeviceIsRefusedWithTheAvailableOnes(int gpus, String message) {
        assertThatThrownBy(
                        () ->
                                TrainingDevices.requireAvailable(
                                        List.of(Device.gpu(0), Device.gpu(2)), gpus))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("device: expected " + message + "; choose an available device");
    }

    @Test
    void availableDevicesAreAccepted() {
        TrainingDevices.requireAvailable(List.of(Device.gpu(0), Device.gpu(1)), 2);
    }

    @Test
    void theCpuDoesNotShareWithOthers() {
        assertThatThrownBy(
                        () ->
                                TrainingDevices.requireAvailable(
                                        List.of(Device.cpu(), Device.gpu(0)), 1))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("found cpu,gpu");
    }

    @Test
    void eachDeviceComesOnce() {
        assertThatThrownBy(() -> TrainingDevices.parse("gpu:1,1"))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("each once, found gpu:1,1; name each device once");
        assertThatThrownBy(() -> new TrainingDevices(List.of()))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("expected one or more and each once, found none");
    }

    @Test
    void skipGramOnAGpuIsRefusedWithTheReason() {
        int gpus = Engine.getEngine("PyTorch").getGpuCount();
        assumeTrue(gpus > 0, "no GPU here: skip-gram's refusal of one is not tested");
        TrainingRun run = TrainingRun.defaults().withDevices(TrainingDevices.parse("gpu"));
        SkipGramTraining training =
                new SkipGramTraining(
                        List.of(Path.of("none")), Path.of("none"), SkipGramOptions.defaults());
        assertThatThrownBy(() -> training.run(run, progress -> {}))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining(SkipGramTraining.WHY_CPU);
    }
}
