package io.forestage.model;

import static org.assertj.core.api.Assertions.assertThat;

import ai.djl.Model;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import ai.djl.training.ParameterStore;
import io.forestage.Embeddings;
import io.forestage.InputStage;
import io.forestage.nn.Gpt2InputEmbedding;
import io.forestage.nn.LearnedPositionalEmbedding;
import io.forestage.nn.TokenEmbedding;
import io.forestage.testing.TinyModel;
import io.forestage.weights.ElementType;
import io.forestage.weights.TensorEntry;
import io.forestage.weights.WeightFile;
import io.forestage.weights.numpy.NumpyFile;
import io.forestage.weights.safetensors.SafetensorsFile;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ModelExportTest {

    @TempDir Path temporary;

    private Path model;

    @BeforeEach
    void writeModel() throws Exception {
        model = TinyModel.write(temporary.resolve("model"), ElementType.BF16, "transformer.");
    }

    @Test
    void safetensorsHoldTheTablesAsTheyAre() throws Exception {
        Path target = temporary.resolve("tables.safetensors");

        new ModelExport(model).write(ExportFormat.SAFETENSORS, target);

        try (WeightFile file = SafetensorsFile.open(target)) {
            assertThat(file.tensors()).hasSize(2);
            assertThat(file.require("wte.weight").type()).isEqualTo(ElementType.BF16);
        }
        assertThat(ModelVerification.of(target).found())
                .isEqualTo(ModelVerification.of(model).found());
    }

    @Test
    void numpysArchiveHoldsTheTablesUnderTheirShortNames() throws Exception {
        Path target = temporary.resolve("tables.npz");

        new ModelExport(model).write(ExportFormat.NPZ, target);

        try (WeightFile file = NumpyFile.open(target)) {
            assertThat(file.tensors()).extracting(TensorEntry::name).containsExactly("wte", "wpe");
            assertThat(file.require("wte").type())
                    .as("NumPy has no bfloat16")
                    .isEqualTo(ElementType.F32);
        }
        assertThat(ModelVerification.of(target).found())
                .isEqualTo(ModelVerification.of(model).found());
    }

    @Test
    void djlReadsNumpysArchive() throws Exception {
        Path target = temporary.resolve("tables.npz");
        new ModelExport(model).write(ExportFormat.NPZ, target);

        try (NDManager manager = NDManager.newBaseManager("PyTorch");
                NDList tables = NDList.decode(manager, Files.readAllBytes(target))) {
            assertThat(tables).extracting(NDArray::getName).containsExactly("wte", "wpe");
            assertThat(tables.get(0).getShape())
                    .isEqualTo(new Shape(TinyModel.VOCABULARY, TinyModel.WIDTH));
            assertThat(tables.get(1).getFloat(31, 2)).isEqualTo(TinyModel.wpe(31, 2));
        }
    }

    @Test
    void djlsOwnFileLoadsIntoABlockOfTheSameForm() throws Exception {
        new ModelExport(model).write(ExportFormat.PARAMS, temporary.resolve("gpt2-0000.params"));

        try (Model loaded = Model.newInstance("gpt2", "PyTorch");
                NDManager manager = NDManager.newBaseManager("PyTorch");
                InputStage stage = InputStage.load(model);
                Embeddings expected = stage.embed("Hello world")) {
            Gpt2InputEmbedding block = block();
            loaded.setBlock(block);
            loaded.load(temporary, "gpt2");
            NDArray vectors =
                    block.forward(
                                    new ParameterStore(manager, false),
                                    new NDList(manager.create(new long[][] {{15496, 995}})),
                                    false)
                            .singletonOrThrow();
            assertThat(vectors.toFloatArray()).isEqualTo(expected.embeddings().toFloatArray());
        }
    }

    @Test
    void djlsOwnFileHasTheBytesThatDjlWrites() throws Exception {
        Path target = temporary.resolve("ours.params");
        new ModelExport(model).write(ExportFormat.PARAMS, target);

        try (Model saved = Model.newInstance("model", "PyTorch");
                NDManager manager = NDManager.newBaseManager("PyTorch")) {
            saved.setBlock(
                    ModelFolder.open(model).loadBlock(manager, LoadOptions.fineTuned()).block());
            saved.save(temporary.resolve("djl"), "model");
        }
        assertThat(target)
                .hasSameBinaryContentAs(temporary.resolve("djl").resolve("model-0000.params"));
    }

    private static Gpt2InputEmbedding block() {
        return Gpt2InputEmbedding.builder()
                .setTokenEmbedding(
                        TokenEmbedding.builder()
                                .setNumEmbeddings(TinyModel.VOCABULARY)
                                .setEmbeddingDim(TinyModel.WIDTH)
                                .build())
                .optPositionalEmbedding(
                        LearnedPositionalEmbedding.builder()
                                .setNumPositions(TinyModel.POSITIONS)
                                .setEmbeddingDim(TinyModel.WIDTH)
                                .build())
                .build();
    }
}
