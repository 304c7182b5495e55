package io.forestage.pipeline;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import ai.djl.Device;
import ai.djl.engine.Engine;
import ai.djl.inference.Predictor;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.types.DataType;
import ai.djl.repository.zoo.Criteria;
import ai.djl.repository.zoo.ZooModel;
import io.forestage.Pooling;
import io.forestage.model.ServingProperties;
import io.forestage.testing.HostileText;
import io.forestage.testing.TinyModel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ArgumentsTest {

    @TempDir Path folder;

    @BeforeEach
    void writeModel() throws Exception {
        TinyModel.write(folder);
        ServingProperties.write(folder, ServingProperties.Classes.ON_CLASS_PATH, false);
    }

    @ParameterizedTest
    @CsvSource({"gpu, 0", "gpu0, 0", "gpu3, 3"})
    void aGpuHasTheNumberThatItsArraysSay(String name, int number) {
        Device device = Device.fromName(name, Engine.getEngine("PyTorch"));

        assertThat(PipelineArguments.numbered(device)).isEqualTo(Device.gpu(number));
    }

    @Test
    void argumentsComeFromTheFolder() throws Exception {
        add("pooling=mean\nnormalize=true");

        float[] vector = predict(float[].class, "Hello world", Map.of());

        double square = 0;
        for (float value : vector) {
            square += value * value;
        }
        assertThat(Math.sqrt(square)).isCloseTo(1, org.assertj.core.data.Offset.offset(1e-6));
    }

    @Test
    void argumentsOfCriteriaWinOverTheFolders() throws Exception {
        add("pooling=mean");

        float[] last = predict(float[].class, "Hello world", Map.of("pooling", Pooling.LAST));

        assertThat(last[0]).isEqualTo(TinyModel.wte(995, 0) + TinyModel.wpe(1, 0));
    }

    @Test
    void theMeanIsThatOfTheTokens() throws Exception {
        float[] mean = predict(float[].class, "Hello world", Map.of("pooling", "mean"));

        float first = TinyModel.wte(15496, 1) + TinyModel.wpe(0, 1);
        float second = TinyModel.wte(995, 1) + TinyModel.wpe(1, 1);
        assertThat(mean[1]).isEqualTo((first + second) / 2);
    }

    @ParameterizedTest
    @ValueSource(strings = {"float16", "float64", "FLOAT32"})
    void vectorsHaveTheTypeAskedFor(String type) throws Exception {
        NDList list = predict(NDList.class, "Hi", Map.of("dtype", type));

        assertThat(list.get(0).getDataType().name()).isEqualToIgnoringCase(type);
        list.close();
    }

    @Test
    void theTypeOfTheResultDoesNotChangeThatOfTheTable() throws Exception {
        NDList list = predict(NDList.class, "Hi", Map.of("dtype", "float64"));

        assertThat(list.get(0).toDoubleArray()[0])
                .isEqualTo((double) (TinyModel.wte(17250, 0) + TinyModel.wpe(0, 0)));
        assertThat(list.get(0).getDataType()).isEqualTo(DataType.FLOAT64);
        list.close();
    }

    @Test
    void theDeviceMayBeNamed() throws Exception {
        NDList list = predict(NDList.class, "Hi", Map.of("device", "cpu"));

        assertThat(list.get(0).getDevice().isGpu()).isFalse();
        list.close();
    }

    @Test
    void whatDjlAndItsServerPutThereIsNotRefused() throws Exception {
        add(
                """
                batch_size=8
                max_batch_delay=10
                minWorkers=1
                gpu.maxWorkers=4
                gpu.reserved_memory_mb=10
                job_queue_size=100
                load_on_devices=*
                log_request_metric=true
                metrics_aggregation=10
                option.mapLocation=true
                option.a-name.with-dots=true
                max_request_size=6291456
                application=nlp/text_embedding
                batchifier=stack
                task=text-embedding
                """);

        assertThat(predict(float[][].class, "Hi", Map.of())).hasNumberOfRows(1);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "pooling",
                "normalize",
                "maxLength",
                "onTooLong",
                "stride",
                "padding",
                "paddingSide",
                "maxRequestBytes",
                "dtype",
                "device",
                HostileText.KEY
            })
    void noMessageRepeatsWhatSteersATerminal(String name) {
        String message =
                HostileText.messageOf(
                        () -> predict(float[][].class, "Hi", Map.of(name, HostileText.TEXT)));
        assertThat(message).contains("expected ");
        HostileText.assertHarmless(message);
    }

    @Test
    void anUnknownArgumentIsRefusedWithThoseThatAreKnown() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> predict(float[][].class, "Hi", Map.of("poling", "mean")))
                .withMessage(
                        "argument \"poling\": expected one of copy, device, dtype, fair, maxLength,"
                                + " maxRequestBytes, maxRequestTexts, maxRequestTokens, normalize,"
                                + " onTooLong, padding, paddingSide, pooling, specialTokens,"
                                + " stride, found an unknown argument; correct or remove it");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            textBlock =
                    """
                    pooling     | max      | one of none, mean, last, found "max"
                    normalize   | yes      | true or false, found "yes"
                    maxLength   | 0        | an integer from 1 to 32, found "0"
                    maxLength   | 33       | an integer from 1 to 32, found "33"
                    maxLength   | many     | an integer from 1 to 32, found "many"
                    onTooLong   | cut      | one of reject, truncate, windows, found "cut"
                    stride      | 3        | onTooLong=windows with it, found "3"
                    padding     | always   | one of none, longest, max_length, found "always"
                    paddingSide | middle   | one of left, right, found "middle"
                    maxRequestBytes  | 0          | an integer from 1 to 2147483647, found "0"
                    maxRequestTexts  | 2147483648 | an integer from 1 to 2147483647, found "2147483648"
                    maxRequestTokens | -1         | an integer from 1 to 2147483647, found "-1"
                    dtype       | bfloat16 | one of float32, float16, float64, found "bfloat16"
                    device      | tpu      | cpu, gpu or gpu0, gpu1, …, found "tpu"
                    device      | gpu999   | or cpu, found "gpu999"
                    """)
    void aWrongValueIsRefusedWithTheRightOnes(String name, String value, String message) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> predict(float[][].class, "Hi", Map.of(name, value)))
                .withMessageStartingWith("argument " + name + ": expected ")
                .withMessageEndingWith(message);
    }

    @Test
    void aStrideBeyondTheWindowIsRefused() {
        Map<String, ?> arguments = Map.of("onTooLong", "windows", "maxLength", 4, "stride", 5);
        assertThatIllegalArgumentException()
                .isThrownBy(() -> predict(float[][][].class, "Hi", arguments))
                .withMessageContaining("an integer from 1 to 4, found \"5\"");
    }

    @Test
    void typesThatCannotHoldTheResultAreRefusedBeforeAnyPrediction() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> predict(float[][].class, "Hi", Map.of("pooling", "mean")))
                .withMessage(
                        "float[][] for one text: expected results of 2 dimensions, found 1 with"
                                + " pooling=mean and onTooLong=reject; use float[], or change"
                                + " these arguments");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> predict(float[][].class, "Hi", Map.of("onTooLong", "windows")))
                .withMessageEndingWith("use float[][][], or change these arguments");
    }

    @Test
    void specialTokensAreFoundIfAsked() throws Exception {
        String text = "a<|endoftext|>";

        assertThat(predict(float[][].class, text, Map.of())).hasDimensions(8, 3);
        assertThat(predict(float[][].class, text, Map.of("specialTokens", "recognized")))
                .hasDimensions(2, 3);
        assertThat(predict(float[][].class, text, Map.of("specialTokens", "AS_TEXT")))
                .hasDimensions(8, 3);
    }

    private void add(String lines) throws Exception {
        Files.writeString(
                folder.resolve("serving.properties"), "\n" + lines, StandardOpenOption.APPEND);
    }

    private <O> O predict(Class<O> type, String text, Map<String, ?> arguments) throws Exception {
        Criteria.Builder<String, O> builder =
                Criteria.builder().setTypes(String.class, type).optModelPath(folder);
        arguments.forEach(builder::optArgument);
        try (ZooModel<String, O> model = builder.build().loadModel();
                Predictor<String, O> predictor = model.newPredictor()) {
            O result = predictor.predict(text);
            if (result instanceof NDList list) {
                list.detach();
            }
            return result;
        }
    }
}
