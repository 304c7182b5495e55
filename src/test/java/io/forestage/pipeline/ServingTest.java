package io.forestage.pipeline;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.djl.inference.Predictor;
import ai.djl.modality.Input;
import ai.djl.modality.Output;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.index.NDIndex;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.repository.zoo.Criteria;
import ai.djl.repository.zoo.ZooModel;
import com.google.gson.Gson;
import io.forestage.model.ServingProperties;
import io.forestage.testing.Bits;
import io.forestage.testing.TinyModel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What DJL Serving asks of a model, through the calls that it makes. */
class ServingTest {

    private static final float[][] HELLO_WORLD = {vector(15496, 0), vector(995, 1)};
    private static final float[][] COMMA = {vector(11, 0)};

    @TempDir static Path folder;

    private static ZooModel<Input, Output> model;
    private static Predictor<Input, Output> predictor;

    @BeforeAll
    static void loadModel() throws Exception {
        TinyModel.write(folder);
        ServingProperties.write(folder, ServingProperties.Classes.ON_CLASS_PATH, false);
        model = ServerCalls.load(folder, 8);
        predictor = model.newPredictor();
    }

    @AfterAll
    static void closeModel() {
        predictor.close();
        model.close();
    }

    @Test
    void idsWorkWithoutATokenizer(@TempDir Path other) throws Exception {
        TinyModel.write(other);
        ServingProperties.write(other, ServingProperties.Classes.ON_CLASS_PATH, false);
        Files.writeString(other.resolve("vocab.txt"), "[PAD]");
        try (ZooModel<Input, Output> withoutTexts = ServerCalls.load(other, 1);
                Predictor<Input, Output> answers = withoutTexts.newPredictor()) {
            Output ids = answers.predict(Requests.json("{\"inputs\": [15496, 995]}"));
            assertThat(matrix(ids)).isDeepEqualTo(HELLO_WORLD);
            Output text = answers.predict(Requests.json("{\"inputs\": \"Hello world\"}"));
            assertThat(text.getCode()).isEqualTo(400);
            assertThat(text.getMessage()).contains("vocab.txt", "another kind of tokenizer");
        }
        assertThatThrownBy(
                        () ->
                                Criteria.builder()
                                        .setTypes(String.class, float[][].class)
                                        .optModelPath(other)
                                        .build()
                                        .loadModel()
                                        .newPredictor())
                .hasStackTraceContaining("vocab.txt");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{\"inputs\": \"Hello world\"}",
                "\"Hello world\"",
                "{\"parameters\": {\"maxLength\": 2}, \"inputs\": \"Hello world\"}",
                "{\"inputs\": [15496, 995]}"
            })
    void oneTextInJsonBecomesAListOfItsVectors(String body) throws Exception {
        Output output = predictor.predict(Requests.json(body));

        assertThat(output.getCode()).isEqualTo(200);
        assertThat(output.getProperty("Content-Type", null)).isEqualTo("application/json");
        assertThat(matrix(output)).isDeepEqualTo(HELLO_WORLD);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{\"inputs\": [\"Hello world\", \",\"]}",
                "[\"Hello world\", \",\"]",
                "{\"inputs\": [[15496, 995], [11]]}"
            })
    void severalTextsInJsonBecomeAListOfLists(String body) throws Exception {
        Output output = predictor.predict(Requests.json(body));

        float[][][] vectors = new Gson().fromJson(Requests.text(output), float[][][].class);
        assertThat(vectors[0]).isDeepEqualTo(HELLO_WORLD);
        assertThat(vectors[1]).isDeepEqualTo(COMMA);
    }

    @Test
    void plainTextIsAText() throws Exception {
        Output output = predictor.predict(Requests.of("text/plain; charset=UTF-8", "Hello world"));

        assertThat(matrix(output)).isDeepEqualTo(HELLO_WORLD);
    }

    @Test
    void aBodyThatDoesNotSayWhatItIsIsAText() throws Exception {
        Input input = new Input();
        input.add("Hello world");

        assertThat(matrix(predictor.predict(input))).isDeepEqualTo(HELLO_WORLD);
    }

    @Test
    void parametersAreForOneRequest() throws Exception {
        Input pooled =
                Requests.json(
                        "{\"inputs\": [\"Hello world\"], \"parameters\": {\"pooling\": \"last\"}}");
        Input plain = Requests.json("\"Hello world\"");

        List<Output> outputs = predictor.batchPredict(List.of(pooled, plain));

        assertThat(matrix(outputs.get(0))).isDeepEqualTo(new float[][] {HELLO_WORLD[1]});
        assertThat(matrix(outputs.get(1))).isDeepEqualTo(HELLO_WORLD);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "APPLICATION/JSON",
                "application/json;charset=utf8",
                "application/json ; Charset=\"UTF-8\"; v=1",
                "application/json; charset=us-ascii"
            })
    void aContentTypeIsReadAsHttpSpellsIt(String type) throws Exception {
        Output output = predictor.predict(Requests.of(type, "\"Hello world\""));

        assertThat(matrix(output)).isDeepEqualTo(HELLO_WORLD);
    }

    @Test
    void windowsAreAListForEachText() throws Exception {
        Input input =
                Requests.json(
                        "{\"inputs\": [\"Hello world\", \",\"], \"parameters\":"
                                + " {\"onTooLong\": \"windows\", \"maxLength\": 1}}");

        String json = Requests.text(predictor.predict(input));

        float[][][][] texts = new Gson().fromJson(json, float[][][][].class);
        assertThat(texts[0]).hasNumberOfRows(2);
        assertThat(texts[0][1]).isDeepEqualTo(new float[][] {vector(995, 0)});
        assertThat(texts[1]).isDeepEqualTo(new float[][][] {COMMA});
    }

    @ParameterizedTest
    @EnumSource
    void idsAsArraysAreAnsweredWithArraysAsTheyCame(Binary binary) throws Exception {
        Output output =
                predictor.predict(
                        Requests.of(binary.mediaType, Requests.paddedIds(binary.encoding)));

        assertThat(output.getProperty("Content-Type", null)).isEqualTo(binary.mediaType);
        requireHelloWorldAndComma(output);
    }

    /** As DJL's own tokenizer writes them, and as a mask is where it is made by a comparison. */
    @ParameterizedTest
    @EnumSource
    void tokenTypesOfZerosAndAMaskOfTruthValuesAreTaken(Binary binary) throws Exception {
        try (NDManager manager = NDManager.newBaseManager("PyTorch")) {
            NDList arrays = NDList.decode(manager, Requests.paddedIds(binary.encoding));
            NDArray mask = arrays.get(1).toType(DataType.BOOLEAN, false);
            mask.setName("attention_mask");
            NDArray types = manager.zeros(mask.getShape(), DataType.INT64);
            types.setName("token_type_ids");

            requireHelloWorldAndComma(
                    predict(binary, new NDList(arrays.get(0), arrays.get(1), types)));
            requireHelloWorldAndComma(predict(binary, new NDList(types, arrays.get(0), mask)));
            requireHelloWorldAndComma(predict(binary, new NDList(arrays.get(0), mask)));

            types.set(new NDIndex(1, 0), 1);
            assertThat(predict(binary, new NDList(arrays.get(0), mask, types)).getMessage())
                    .contains(
                            "array \"token_type_ids\": expected 0 everywhere",
                            "found 1 at index 2");
            mask.setName("input_ids");
            assertThat(predict(binary, new NDList(mask)).getMessage())
                    .contains("\"input_ids\": expected INT64 or INT32 for ids, found BOOLEAN");
        }
    }

    private Output predict(Binary binary, NDList arrays) throws Exception {
        return predictor.predict(Requests.of(binary.mediaType, arrays.encode(binary.encoding)));
    }

    @ParameterizedTest
    @ValueSource(strings = {"tensor/ndlist", "tensor/safetensors", "tensor/npz"})
    void arraysAreSentIfAccepted(String mediaType) throws Exception {
        Output output =
                predictor.predict(
                        Requests.accepting(
                                "application/json;q=0.5, " + mediaType,
                                Requests.json("[\"Hello world\", \",\"]")));

        assertThat(output.getProperty("Content-Type", null)).isEqualTo(mediaType);
        requireHelloWorldAndComma(output);
    }

    @Test
    void jsonIsSentForArraysIfAccepted() throws Exception {
        Output output =
                predictor.predict(
                        Requests.accepting(
                                "application/json",
                                Requests.of(
                                        "tensor/ndlist",
                                        Requests.paddedIds(NDList.Encoding.ND_LIST))));

        assertThat(Requests.text(output)).startsWith("[[[15496.0,");
    }

    @Test
    void arraysWithinTheProcessNeedNoContentType() throws Exception {
        try (NDManager manager = NDManager.newBaseManager("PyTorch")) {
            Input input = new Input();
            input.add("data", new NDList(manager.create(new int[] {15496, 995})));

            assertThat(matrix(predictor.predict(input))).isDeepEqualTo(HELLO_WORLD);
        }
    }

    @Test
    void aBadRequestInABatchIsRefusedAndTheOthersAreAnswered() throws Exception {
        Input good = Requests.json("\"Hello world\"");
        Input bad = Requests.json("{\"inputs\": [[1, 50257]]}");

        List<Output> outputs = predictor.batchPredict(List.of(good, bad, good));

        assertThat(outputs.get(1).getCode()).isEqualTo(400);
        assertThat(outputs.get(1).getMessage())
                .isEqualTo(
                        "token ids: found 50257 at [0, 1], expected 0 to 50256: the model's"
                                + " vocabulary");
        assertThat(Requests.text(outputs.get(1)))
                .isEqualTo(
                        "{\"code\":400,\"message\":\"token ids: found 50257 at [0, 1], expected 0"
                                + " to 50256: the model's vocabulary\"}");
        assertThat(matrix(outputs.get(0))).isDeepEqualTo(HELLO_WORLD);
        assertThat(matrix(outputs.get(2))).isDeepEqualTo(HELLO_WORLD);
    }

    @Test
    void answersLeaveNothingOnTheDevice() throws Exception {
        int before = model.getNDManager().getManagedArrays().size();

        for (int i = 0; i < 20; i++) {
            Input input = Requests.accepting("tensor/npz", Requests.json("[\"a\", \"b c\"]"));
            assertThat(predictor.predict(input).getCode()).isEqualTo(200);
        }

        assertThat(model.getNDManager().getManagedArrays()).hasSize(before);
    }

    @Test
    void requestsAtOnceAreAllAnsweredEachWithItsOwn() throws Exception {
        try (ServerCalls server = new ServerCalls(folder, 4, 8)) {
            List<CompletableFuture<Output>> answers = new ArrayList<>();
            for (int i = 0; i < 64; i++) {
                String ids = "[" + (i % 7 == 3 ? "-1" : "[" + i + ",0".repeat(i % 5) + "]") + "]";
                answers.add(server.ask(Requests.json(ids)));
            }
            List<Output> outputs =
                    answers.stream().map(CompletableFuture::join).collect(Collectors.toList());

            for (int i = 0; i < 64; i++) {
                assertThat(outputs.get(i).getCode()).isEqualTo(i % 7 == 3 ? 400 : 200);
                if (i % 7 != 3) {
                    float[][][] rows =
                            new Gson().fromJson(Requests.text(outputs.get(i)), float[][][].class);
                    assertThat(rows[0]).hasNumberOfRows(1 + i % 5);
                    assertThat(rows[0][0]).isEqualTo(vector(i, 0));
                }
            }
        }
    }

    @ParameterizedTest
    @CsvSource({
        "maxRequestBytes, 12, bytes in the body",
        "maxRequestTexts, 1, texts or rows of ids",
        "maxRequestTokens, 2, 'tokens, with the padding'"
    })
    void howMuchARequestMayAskForIsAnArgument(String name, int most, String what) throws Exception {
        try (ZooModel<Input, Output> strict =
                        Criteria.builder()
                                .setTypes(Input.class, Output.class)
                                .optModelPath(folder)
                                .optArgument(name, most)
                                .build()
                                .loadModel();
                Predictor<Input, Output> own = strict.newPredictor()) {
            Output refused = own.predict(Requests.json("[\"Hello world\", \",\"]"));

            assertThat(refused.getCode()).isEqualTo(413);
            assertThat(refused.getMessage()).startsWith(what).contains("(" + name + ")");
            assertThat(own.predict(Requests.json("[[11]]")).getCode()).isEqualTo(200);
        }
    }

    @Test
    void otherTypesOfRequestsAndAnswersMix() throws Exception {
        try (ZooModel<Input, float[][]> floats =
                        Criteria.builder()
                                .setTypes(Input.class, float[][].class)
                                .optModelPath(folder)
                                .build()
                                .loadModel();
                Predictor<Input, float[][]> predictor = floats.newPredictor()) {
            assertThat(predictor.predict(Requests.json("\"Hello world\"")))
                    .isDeepEqualTo(HELLO_WORLD);
        }
        try (ZooModel<String, Output> outputs =
                        Criteria.builder()
                                .setTypes(String.class, Output.class)
                                .optModelPath(folder)
                                .build()
                                .loadModel();
                Predictor<String, Output> predictor = outputs.newPredictor()) {
            assertThat(matrix(predictor.predict("Hello world"))).isDeepEqualTo(HELLO_WORLD);
        }
    }

    /** Kinds of bodies that hold arrays. */
    private enum Binary {
        NDLIST("tensor/ndlist", NDList.Encoding.ND_LIST),
        SAFETENSORS("tensor/safetensors", NDList.Encoding.SAFETENSORS);

        private final String mediaType;
        private final NDList.Encoding encoding;

        Binary(String mediaType, NDList.Encoding encoding) {
            this.mediaType = mediaType;
            this.encoding = encoding;
        }
    }

    private static void requireHelloWorldAndComma(Output output) {
        try (NDManager manager = NDManager.newBaseManager("PyTorch")) {
            NDList list = NDList.decode(manager, output.getData().getAsBytes());
            NDArray vectors = list.get("embeddings");
            assertThat(vectors.getShape()).isEqualTo(new Shape(2, 2, 3));
            assertThat(Bits.of(vectors.get(0).get(1))).isEqualTo(Bits.of(HELLO_WORLD[1]));
            assertThat(Bits.of(vectors.get(1).get(0))).isEqualTo(Bits.of(COMMA[0]));
            assertThat(list.get("attention_mask").toLongArray()).containsExactly(1, 1, 1, 0);
        }
    }

    private static float[][] matrix(Output output) {
        return new Gson().fromJson(Requests.text(output), float[][].class);
    }

    private static float[] vector(int id, int position) {
        float[] vector = new float[TinyModel.WIDTH];
        for (int i = 0; i < vector.length; i++) {
            vector[i] = TinyModel.wte(id, i) + TinyModel.wpe(position, i);
        }
        return vector;
    }
}
