package io.forestage.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.forestage.Embeddings;
import io.forestage.InputStage;
import io.forestage.tokens.TokenBatch;
import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Models of each family, written by transformers, against what their first blocks read there. */
class ModelFamiliesTest {

    /** Those of make_fixtures.py. */
    private static final List<long[]> IDS =
            List.of(new long[] {1, 2, 10, 0}, new long[] {5, 5, 5, 5});

    @TempDir Path temporary;

    @ParameterizedTest
    @ValueSource(
            strings = {
                "gpt2",
                "gpt2-attribute-map",
                "openai-gpt",
                "gpt_bigcode",
                "imagegpt",
                "gpt_neo",
                "codegen",
                "gptj",
                "gpt_neox",
                "vision-encoder-decoder"
            })
    void theVectorsAreThoseOfTransformers(String family) throws Exception {
        Path source = resource(family);
        Path slim = temporary.resolve("slim");

        ImportReport report = new ModelImport(source, slim).run(ImportOptions.defaults());

        assertThat(report.notes()).singleElement().asString().startsWith("texts will be refused");
        float[] expected = expected(source);
        assertThat(embed(source)).isEqualTo(expected);
        assertThat(embed(slim)).isEqualTo(expected);
    }

    @Test
    void anUnknownFamilyIsRefusedByName() throws IOException {
        Files.writeString(temporary.resolve("config.json"), "{\"model_type\": \"bloom\"}");

        assertThatThrownBy(() -> ModelFolder.open(temporary))
                .hasMessageContaining("model_type: expected one of gpt2, openai-gpt, gpt_neo")
                .hasMessageContaining("found bloom");
    }

    private static float[] embed(Path model) throws IOException {
        try (InputStage stage = InputStage.load(model, LoadOptions.frozen().withIdsOnly(), null);
                Embeddings result =
                        stage.embed(
                                TokenBatch.of(
                                        IDS,
                                        stage.batchOptions().paddingSide(),
                                        stage.batchOptions().paddingId()))) {
            return result.embeddings().toFloatArray();
        }
    }

    private static float[] expected(Path source) throws IOException {
        ByteBuffer bytes =
                ByteBuffer.wrap(Files.readAllBytes(source.resolve("expected.f32")))
                        .order(ByteOrder.LITTLE_ENDIAN);
        float[] values = new float[bytes.remaining() / Float.BYTES];
        bytes.asFloatBuffer().get(values);
        return values;
    }

    private static Path resource(String family) throws URISyntaxException {
        String name = "/weights/families/" + family;
        return Path.of(
                Objects.requireNonNull(ModelFamiliesTest.class.getResource(name), name).toURI());
    }
}
