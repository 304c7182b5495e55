package io.forestage;

import static org.assertj.core.api.Assertions.assertThat;

import ai.djl.Device;
import ai.djl.engine.Engine;
import ai.djl.ndarray.NDArray;
import io.forestage.model.LoadOptions;
import io.forestage.testing.Bits;
import io.forestage.testing.TinyModel;
import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIf;
import org.junit.jupiter.api.io.TempDir;

/** A stage on a GPU; counted as skipped where DJL sees none. */
@Tag("gpu")
@EnabledIf(value = "hasGpu", disabledReason = "DJL sees no GPU")
class GpuStageTest {

    private static final String[] TEXTS = {"Hello, I'm a language model,", "Hi"};

    @TempDir Path folder;

    static boolean hasGpu() {
        return Engine.getEngine("PyTorch").getGpuCount() > 0;
    }

    @Test
    void aStageOnTheGpuGivesTheBitsOfOneOnTheCpu() throws IOException {
        TinyModel.write(folder);
        try (InputStage onCpu = InputStage.load(folder, LoadOptions.frozen(), Device.cpu());
                InputStage onGpu = InputStage.load(folder, LoadOptions.frozen(), Device.gpu());
                Embeddings expected = onCpu.embed(TEXTS);
                Embeddings found = onGpu.embed(TEXTS)) {
            NDArray vectors = found.embeddings();

            assertThat(vectors.getDevice()).isEqualTo(Device.gpu());
            assertThat(found.ids().getDevice()).isEqualTo(Device.gpu());
            try (NDArray host = vectors.toDevice(Device.cpu(), true)) {
                assertThat(Bits.of(host)).isEqualTo(Bits.of(expected.embeddings()));
            }
        }
    }
}
