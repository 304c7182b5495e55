package io.forestage.examples;

import static org.assertj.core.api.Assertions.assertThat;

import ai.djl.engine.Engine;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.index.NDIndex;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.Parameter;
import ai.djl.training.GradientCollector;
import ai.djl.training.ParameterStore;
import io.forestage.nn.Gpt2InputEmbedding;
import io.forestage.nn.LearnedPositionalEmbedding;
import io.forestage.nn.TokenEmbedding;
import io.forestage.testing.ParityCase;
import io.forestage.testing.Tolerances;
import io.forestage.torch.NativeMemory;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * BERT's input out of the project's blocks and DJL's norm, compared with transformers'
 * BertEmbeddings ({@code scripts/fixtures/make-bert-fixture}).
 */
class BertInputExampleTest {

    private static final int MAX_LINES = 60;

    private final ParityCase expected = ParityCase.read("bert-embeddings");
    private final NDManager manager = NDManager.newBaseManager("PyTorch");
    private final NDArray word = table("word");
    private final NDArray position = table("position");
    private final NDArray segment = table("segment");

    @AfterEach
    void close() {
        manager.close();
    }

    @Test
    void itEqualsTransformers() {
        BertInput block = block(0);

        try (GradientCollector collector = Engine.getInstance().newGradientCollector()) {
            NDArray output = forward(block, true);
            collector.backward(output.mul(expected.array(manager, "upstream")).sum());

            expected.checkNear("output", output.toFloatArray(), Tolerances.NORMALIZED);
        }
        check("word_gradient", word);
        check("position_gradient", position);
        check("segment_gradient", segment);
    }

    @Test
    void dropoutIsForTrainingAlone() {
        BertInput block = block(0.5f);

        expected.checkNear("output", forward(block, false).toFloatArray(), Tolerances.NORMALIZED);
        assertThat(forward(block, true).eq(0).sum().getLong()).isBetween(10L, 50L);
    }

    @ParameterizedTest
    @ValueSource(strings = {"BertInput", "EncoderDecoder"})
    void theExampleIsShort(String example) throws Exception {
        Path source = Path.of("src/test/java/io/forestage/examples", example + ".java");

        assertThat(Files.readAllLines(source))
                .filteredOn(line -> !line.isBlank())
                .hasSizeLessThanOrEqualTo(MAX_LINES);
    }

    private BertInput block(float dropout) {
        BertInput block =
                new BertInput(
                        Gpt2InputEmbedding.builder()
                                .setTokenEmbedding(
                                        TokenEmbedding.builder()
                                                .optWeight(word)
                                                .optPaddingIdx(0)
                                                .build())
                                .optPositionalEmbedding(
                                        LearnedPositionalEmbedding.fromPretrained(position, false))
                                .optDropout(0)
                                .build(),
                        TokenEmbedding.fromPretrained(segment, false),
                        dropout);
        block.initialize(manager, DataType.FLOAT32, new Shape(2, 5), new Shape(2, 5));
        for (Parameter parameter : block.getParameters().values()) {
            if (parameter.getType() == Parameter.Type.GAMMA
                    || parameter.getType() == Parameter.Type.BETA) {
                parameter
                        .getArray()
                        .stopGradient()
                        .set(new NDIndex(":"), table(parameter.getName()));
            }
        }
        return block;
    }

    private NDArray forward(BertInput block, boolean training) {
        NDList inputs =
                new NDList(expected.array(manager, "ids"), expected.array(manager, "segments"));
        return block.forward(new ParameterStore(manager, false), inputs, training)
                .singletonOrThrow();
    }

    private NDArray table(String name) {
        return NativeMemory.copyOf(expected.array(manager, name));
    }

    private void check(String name, NDArray table) {
        expected.checkNear(name, table.getGradient().toFloatArray(), Tolerances.NORMALIZED);
    }
}
