package io.forestage.training.classify;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.forestage.testing.TinyModel;
import io.forestage.weights.ElementType;
import io.forestage.weights.TensorSource;
import io.forestage.weights.safetensors.SafetensorsWriter;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Missing and invalid heads of classifiers, for a model of D = 3. */
class DamagedHeadTest {

    private static final Map<String, String> TWO = Map.of("label 0", "a", "label 1", "b");
    private static final TensorSource WEIGHT = floats("score.weight", List.of(2L, 3L), 0);
    private static final TensorSource BIAS = floats("score.bias", List.of(2L), 0);

    @TempDir Path temporary;

    private Path model;
    private Path head;

    @BeforeEach
    void writeModel() throws IOException {
        model = TinyModel.write(temporary.resolve("model"));
        head = Files.createDirectory(model.resolve("training")).resolve("head.safetensors");
    }

    @Test
    void aValidHeadIsLoaded() throws IOException {
        SafetensorsWriter.write(head, TWO, List.of(WEIGHT, BIAS));
        TextClassifier.load(model).close();
    }

    @Test
    void aModelWithoutAHeadIsRefused() {
        assertThatThrownBy(() -> TextClassifier.load(model))
                .isInstanceOf(IOException.class)
                .hasMessageContaining(head.toString())
                .hasMessageContaining("expected the head of a classifier, found no such file")
                .hasMessageContaining("train classify");
    }

    @Test
    void aMissingModelIsRefused() {
        Path nowhere = temporary.resolve("nowhere");
        assertThatThrownBy(() -> TextClassifier.load(nowhere))
                .isInstanceOf(IOException.class)
                .hasMessageContaining(nowhere.toString());
    }

    @Test
    void aFileThatIsCutShortIsRefused() throws IOException {
        SafetensorsWriter.write(head, TWO, List.of(WEIGHT, BIAS));
        byte[] bytes = Files.readAllBytes(head);
        Files.write(head, Arrays.copyOf(bytes, bytes.length - 4));
        assertThatThrownBy(() -> TextClassifier.load(model))
                .isInstanceOf(IOException.class)
                .hasMessageContaining(head.toString());
    }

    @ParameterizedTest
    @MethodSource
    void anInvalidHeadIsRefused(
            Map<String, String> labels, List<TensorSource> tensors, String message)
            throws IOException {
        SafetensorsWriter.write(head, labels, tensors);
        assertThatThrownBy(() -> TextClassifier.load(model))
                .isInstanceOf(IOException.class)
                .hasMessageContaining(head.toString())
                .hasMessageContaining(message);
    }

    static Stream<Arguments> anInvalidHeadIsRefused() {
        List<TensorSource> both = List.of(WEIGHT, BIAS);
        return Stream.of(
                Arguments.of(TWO, List.of(BIAS), "score.weight"),
                Arguments.of(TWO, List.of(WEIGHT), "score.bias"),
                Arguments.of(
                        TWO,
                        List.of(floats("score.weight", List.of(2L, 4L), 0), BIAS),
                        "expected F32 [2, 3], found F32 [2, 4]"),
                Arguments.of(
                        TWO,
                        List.of(floats("score.weight", List.of(6L), 0), BIAS),
                        "expected F32 [2, 3], found F32 [6]"),
                Arguments.of(
                        TWO,
                        List.of(WEIGHT, floats("score.bias", List.of(3L), 0)),
                        "expected F32 [2], found F32 [3]"),
                Arguments.of(
                        TWO,
                        List.of(
                                WEIGHT,
                                TensorSource.ofLongs("score.bias", List.of(2L), new long[2])),
                        "expected F32 [2], found I64 [2]"),
                Arguments.of(
                        TWO,
                        List.of(floats("score.weight", List.of(2L, 3L), Float.NaN), BIAS),
                        "expected finite values, found NaN at 0"),
                Arguments.of(
                        TWO,
                        List.of(WEIGHT, floats("score.bias", List.of(2L), 1 / 0f)),
                        "expected finite values, found Infinity at 0"),
                Arguments.of(Map.of(), both, "expected two labels or more in its metadata"),
                Arguments.of(Map.of("label 0", "a"), both, "found 1 entries, [a]"),
                Arguments.of(
                        Map.of("label 0", "a", "label 1", "b", "label 2", "c"),
                        both,
                        "expected F32 [3, 3], found F32 [2, 3]"),
                Arguments.of(Map.of("label 0", "a", "label 2", "b"), both, "found 2 entries, [a]"),
                Arguments.of(
                        Map.of("label 0", "a", "label 1", "b", "label 7", "c"),
                        both,
                        "found 3 entries, [a, b]"),
                Arguments.of(
                        Map.of("label 0", "a", "label 1", "a"), both, "found 2 entries, [a, a]"));
    }

    private static TensorSource floats(String name, List<Long> shape, float value) {
        int count = Math.toIntExact(shape.stream().reduce(1L, (a, b) -> a * b));
        ByteBuffer bytes = ByteBuffer.allocate(count * Float.BYTES).order(ByteOrder.LITTLE_ENDIAN);
        bytes.putFloat(0, value);
        return new TensorSource(
                name, ElementType.F32, shape, channel -> channel.write(bytes.duplicate()));
    }
}
