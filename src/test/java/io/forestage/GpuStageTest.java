package io.forestage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.djl.Device;
import ai.djl.inference.Predictor;
import ai.djl.ndarray.NDArray;
import ai.djl.repository.zoo.Criteria;
import ai.djl.repository.zoo.ZooModel;
import io.forestage.model.LoadOptions;
import io.forestage.model.PositionKind;
import io.forestage.testing.Bits;
import io.forestage.testing.GpuTest;
import io.forestage.testing.TestDevice;
import io.forestage.testing.TinyModel;
import io.forestage.tokens.PaddingSide;
import io.forestage.tokens.TokenBatch;
import io.forestage.weights.ElementType;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** A stage on a GPU beside one on the CPU. */
@GpuTest
class GpuStageTest {

    private static final String[] TEXTS = {"Hello, I'm a language model,", "Hi"};

    /** What drivers and libraries may take meanwhile; each stage's tables are 600 kB. */
    private static final long MEMORY_AT_REST = 4L << 20;

    private static final int STAGES = 20;

    @TempDir Path folder;

    @ParameterizedTest
    @EnumSource
    void aStageGivesTheBitsOfOneOnTheCpu(PositionKind positions) throws IOException {
        TinyModel.write(folder);
        sameAsOnTheCpu(LoadOptions.frozen().withPositionKind(positions));
    }

    @Test
    void tablesThatAreWidenedGiveTheBitsOfTheCpu() throws IOException {
        TinyModel.write(folder, ElementType.BF16, "transformer.");
        sameAsOnTheCpu(LoadOptions.frozen());
    }

    @Test
    void theSameSeedDrawsTheSameTablesOnEveryDevice() throws IOException {
        TinyModel.config(folder, "");
        sameAsOnTheCpu(LoadOptions.frozen().withRandomSeed(7));
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void aPooledTextHasTheSameBitsAloneAndAmongOthers(boolean normalize) throws IOException {
        TinyModel.write(folder);
        VectorOptions options = VectorOptions.mean().withNormalize(normalize);
        List<String> texts = List.of("Hello, I'm a language model,", "", "Hi", "Ho", "Hello you");
        try (InputStage stage = InputStage.load(folder, LoadOptions.frozen(), TestDevice.get())) {
            float[][] vectors = stage.vectors(texts, options);
            for (int i = 0; i < vectors.length; i++) {
                assertThat(Bits.of(vectors[i]))
                        .isEqualTo(Bits.of(stage.vectors(List.of(texts.get(i)), options)[0]));
            }
        }
    }

    @Test
    void aBadIdIsNamedAndTheDeviceGoesOn() throws IOException {
        TinyModel.write(folder);
        try (InputStage stage = InputStage.load(folder, LoadOptions.frozen(), TestDevice.get())) {
            assertThatThrownBy(() -> stage.embed(batch(TinyModel.VOCABULARY)).close())
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining("token ids: found 50257 at [0, 1], expected 0 to 50256");
            try (Embeddings found = stage.embed(batch(TinyModel.VOCABULARY - 1))) {
                assertThat(TestDevice.floats(found.embeddings()))
                        .startsWith(TinyModel.wte(5, 0) + TinyModel.wpe(0, 0));
            }
        }
    }

    @ParameterizedTest
    @EnumSource(Ending.class)
    void aFileHasTheBytesOfOneFromTheCpu(Ending ending) throws IOException {
        TinyModel.write(folder);
        Path ours = folder.resolve("device" + ending.text);
        Path cpus = folder.resolve("cpu" + ending.text);
        write(TestDevice.get(), ours);
        write(Device.cpu(), cpus);

        assertThat(ours).hasSameBinaryContentAs(cpus);
    }

    @Test
    void aPipelineOnTheDeviceGivesTheBitsOfOneOnTheCpu() throws Exception {
        TinyModel.write(folder);
        Files.writeString(
                folder.resolve("serving.properties"),
                """
                engine=PyTorch
                option.hasParameter=false
                blockFactory=io.forestage.pipeline.InputStageBlockFactory
                translatorFactory=io.forestage.pipeline.EmbeddingTranslatorFactory
                """);

        float[][][] onDevice = predict(TestDevice.name());
        float[][][] onCpu = predict("cpu");

        assertThat(onDevice).isDeepEqualTo(onCpu);
    }

    @Test
    void memoryIsBackAfterClose() throws IOException {
        TinyModel.write(folder);
        openAndClose();
        long before = TestDevice.usedMemory();
        for (int i = 0; i < STAGES; i++) {
            openAndClose();
        }

        assertThat(TestDevice.usedMemory() - before).isLessThan(MEMORY_AT_REST);
    }

    /** The files that a batch is written to. */
    enum Ending {
        SAFETENSORS(".safetensors"),
        NUMPY(".npy");

        private final String text;

        Ending(String text) {
            this.text = text;
        }
    }

    private void sameAsOnTheCpu(LoadOptions options) throws IOException {
        try (InputStage onCpu = InputStage.load(folder, options, Device.cpu());
                InputStage onDevice = InputStage.load(folder, options, TestDevice.get());
                Embeddings expected = onCpu.embed(TEXTS);
                Embeddings found = onDevice.embed(TEXTS)) {
            NDArray vectors = found.embeddings();

            assertThat(vectors.getDevice()).isEqualTo(TestDevice.get());
            assertThat(found.ids().getDevice()).isEqualTo(TestDevice.get());
            assertThat(Bits.of(TestDevice.floats(vectors)))
                    .isEqualTo(Bits.of(expected.embeddings()));
        }
    }

    private void write(Device device, Path file) throws IOException {
        try (InputStage stage = InputStage.load(folder, LoadOptions.frozen(), device);
                Embeddings vectors = stage.embed(TEXTS)) {
            vectors.write(file);
        }
    }

    private float[][][] predict(String device) throws Exception {
        Criteria<String[], float[][][]> criteria =
                Criteria.builder()
                        .setTypes(String[].class, float[][][].class)
                        .optModelPath(folder)
                        .optArgument("device", device)
                        .build();
        try (ZooModel<String[], float[][][]> model = criteria.loadModel();
                Predictor<String[], float[][][]> predictor = model.newPredictor()) {
            return predictor.predict(TEXTS);
        }
    }

    private void openAndClose() throws IOException {
        try (InputStage stage = InputStage.load(folder, LoadOptions.frozen(), TestDevice.get());
                Embeddings vectors = stage.embed(TEXTS)) {
            assertThat(vectors.embeddings().getShape().size()).isPositive();
        }
    }

    private static TokenBatch batch(long last) {
        return TokenBatch.of(List.of(new long[] {5, last}), PaddingSide.RIGHT, 0);
    }
}
