package io.forestage.pipeline;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.djl.Model;
import ai.djl.inference.Predictor;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.types.Shape;
import ai.djl.repository.zoo.Criteria;
import ai.djl.repository.zoo.ZooModel;
import ai.djl.translate.TranslateException;
import io.forestage.Embeddings;
import io.forestage.InputStage;
import io.forestage.model.ServingProperties;
import io.forestage.testing.Bits;
import io.forestage.testing.TinyModel;
import io.forestage.tokens.PaddingSide;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PipelineTest {

    private static final List<String> UNEQUAL = List.of("Hi", "Hello my dear world", "", "A b c");

    @TempDir static Path folder;

    @BeforeAll
    static void writeModel() throws Exception {
        TinyModel.write(folder);
        ServingProperties.write(folder, ServingProperties.Classes.ON_CLASS_PATH, false);
    }

    @Test
    void servingPropertiesNameTheClasses() {
        assertThat(ServingProperties.BLOCK_FACTORY)
                .isEqualTo(InputStageBlockFactory.class.getName());
        assertThat(ServingProperties.Classes.ON_CLASS_PATH.translator())
                .isEqualTo(EmbeddingTranslatorFactory.class.getName());
        assertThat(ServingProperties.Classes.IN_FOLDER.translator())
                .isEqualTo(EmbeddingServingTranslator.class.getName());
    }

    @Test
    void aFolderAloneIsEnoughToLoadIt() throws Exception {
        try (ZooModel<String, float[][]> model =
                        Criteria.builder()
                                .setTypes(String.class, float[][].class)
                                .optModelPath(folder)
                                .build()
                                .loadModel();
                Predictor<String, float[][]> predictor = model.newPredictor()) {
            float[][] vectors = predictor.predict("Hello world");

            assertThat(vectors).hasNumberOfRows(2);
            assertThat(bits(vectors)).isEqualTo(alone("Hello world"));
        }
    }

    @Test
    void aTextBecomesItsVectors() throws Exception {
        NDList result = predict(String.class, "Hello world", Map.of());

        assertThat(result.singletonOrThrow().getShape()).isEqualTo(new Shape(2, 3));
        assertThat(Bits.of(result.singletonOrThrow())).isEqualTo(alone("Hello world"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"left", "right"})
    void textsOfUnequalLengthInABatchGetWhatEachGetsAlone(String side) throws Exception {
        try (ZooModel<String, NDList> model =
                        load(String.class, NDList.class, Map.of("paddingSide", side));
                Predictor<String, NDList> predictor = model.newPredictor()) {
            List<NDList> results = predictor.batchPredict(UNEQUAL);

            for (int i = 0; i < UNEQUAL.size(); i++) {
                NDArray vectors = results.get(i).singletonOrThrow();
                int[] bits = vectors.size() == 0 ? new int[0] : Bits.of(vectors);
                assertThat(bits).as(UNEQUAL.get(i)).isEqualTo(alone(UNEQUAL.get(i)));
            }
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"mean", "last"})
    void pooledAndNormalizedInABatchIsPooledAndNormalizedAlone(String pooling) throws Exception {
        Map<String, String> arguments = Map.of("pooling", pooling, "normalize", "true");
        try (ZooModel<String, float[]> model = load(String.class, float[].class, arguments);
                Predictor<String, float[]> predictor = model.newPredictor()) {
            List<float[]> together = predictor.batchPredict(UNEQUAL);

            for (int i = 0; i < UNEQUAL.size(); i++) {
                assertThat(Bits.of(together.get(i)))
                        .isEqualTo(Bits.of(predictor.predict(UNEQUAL.get(i))));
            }
            assertThat(together.get(2)).as("of an empty text").containsOnly(0);
        }
    }

    @Test
    void severalTextsBecomeAPaddedBatchWithItsMask() throws Exception {
        NDList result = predict(String[].class, UNEQUAL.toArray(String[]::new), Map.of());

        assertThat(result.get("embeddings").getShape()).isEqualTo(new Shape(4, 4, 3));
        assertThat(result.get("attention_mask").toLongArray())
                .containsExactly(1, 0, 0, 0, 1, 1, 1, 1, 0, 0, 0, 0, 1, 1, 1, 0);
    }

    @Test
    void paddingOnTheLeftMovesTokensAndMask() throws Exception {
        NDList result =
                predict(String[].class, new String[] {"Hi", "A b"}, Map.of("paddingSide", "left"));

        assertThat(result.get("attention_mask").toLongArray()).containsExactly(0, 1, 1, 1);
        assertThat(Bits.of(result.get("embeddings").get(0))).endsWith(alone("Hi"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"left", "right"})
    void aPaddedBatchIsThatOfTheFrontDoorPadsIncluded(String side) throws Exception {
        NDList result =
                predict(
                        String[].class,
                        UNEQUAL.toArray(String[]::new),
                        Map.of("paddingSide", side));

        try (InputStage stage = InputStage.load(folder);
                Embeddings expected =
                        stage.embed(
                                UNEQUAL,
                                stage.batchOptions()
                                        .withPaddingSide(
                                                PaddingSide.valueOf(
                                                        side.toUpperCase(Locale.ROOT))))) {
            assertThat(Bits.of(result.get("embeddings"))).isEqualTo(Bits.of(expected.embeddings()));
            assertThat(result.get("attention_mask").toLongArray())
                    .isEqualTo(expected.batch().attentionMask());
        }
    }

    @Test
    void paddingToTheMaximumGivesAFixedShape() throws Exception {
        NDList result =
                predict(String.class, "Hi", Map.of("padding", "max_length", "maxLength", 5));

        assertThat(result.get("embeddings").getShape()).isEqualTo(new Shape(5, 3));
        assertThat(result.get("attention_mask").toLongArray()).containsExactly(1, 0, 0, 0, 0);
    }

    @Test
    void arraysOfSeveralTextsAreAsLongAsTheTexts() throws Exception {
        try (ZooModel<String[], float[][][]> model =
                        load(String[].class, float[][][].class, Map.of());
                Predictor<String[], float[][][]> predictor = model.newPredictor()) {
            float[][][] vectors = predictor.predict(UNEQUAL.toArray(String[]::new));

            for (int i = 0; i < UNEQUAL.size(); i++) {
                assertThat(bits(vectors[i])).isEqualTo(alone(UNEQUAL.get(i)));
            }
        }
    }

    @Test
    void idsGiveWhatTheirTextGives() throws Exception {
        NDList one = predict(long[].class, new long[] {15496, 995}, Map.of());
        NDList several = predict(long[][].class, new long[][] {{15496, 995}, {11}}, Map.of());

        assertThat(Bits.of(one.singletonOrThrow())).isEqualTo(alone("Hello world"));
        assertThat(Bits.of(several.get("embeddings").get(0))).isEqualTo(alone("Hello world"));
        assertThat(several.get("attention_mask").toLongArray()).containsExactly(1, 1, 1, 0);
    }

    @Test
    void aLongTextMayBecomeWindowsInABatch() throws Exception {
        NDList result =
                predict(
                        String[].class,
                        new String[] {"x", "a b c"},
                        Map.of("maxLength", 2, "onTooLong", "windows", "stride", 1));

        assertThat(result.get("embeddings").getShape()).isEqualTo(new Shape(3, 2, 3));
        assertThat(result.get("text_index").toLongArray()).containsExactly(0, 1, 1);
    }

    @Test
    void idsThatAreTooLongBecomeTheWindowsOfTheirText() throws Exception {
        Map<String, ?> arguments = Map.of("maxLength", 3, "onTooLong", "windows", "stride", 2);
        String text = "a b c d e f";
        long[] ids = {64, 275, 269, 288, 304, 277};

        NDList ofIds = predict(long[].class, ids, arguments);
        NDList ofText = predict(String.class, text, arguments);
        NDList ofRows = predict(long[][].class, new long[][] {{11}, ids}, arguments);

        assertThat(ofIds.getShapes())
                .containsExactly(new Shape(3, 3, 3), new Shape(3, 3), new Shape(3));
        for (int i = 0; i < 3; i++) {
            assertThat(ofIds.get(i).contentEquals(ofText.get(i))).isTrue();
        }
        assertThat(ofRows.get("text_index").toLongArray()).containsExactly(0, 1, 1, 1);
    }

    @Test
    void predictingOwnsOnlyWhatItGaveOut() throws Exception {
        try (ZooModel<String, NDList> model = load(String.class, NDList.class, Map.of());
                Predictor<String, NDList> predictor = model.newPredictor()) {
            predictor.predict("warm").close();
            int before = model.getNDManager().getManagedArrays().size();

            for (int i = 0; i < 20; i++) {
                predictor.predict("Hello world").close();
            }

            assertThat(model.getNDManager().getManagedArrays()).hasSize(before);
        }
    }

    @Test
    void aTextThatIsTooLongIsRefusedInWordsThatNameItsPlace() throws Exception {
        try (ZooModel<String, NDList> model = load(String.class, NDList.class, Map.of());
                Predictor<String, NDList> predictor = model.newPredictor()) {
            assertThatThrownBy(() -> predictor.batchPredict(List.of("fine", "word ".repeat(50))))
                    .isInstanceOf(TranslateException.class)
                    .hasCauseInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining(
                            "request 1 of the batch: text 0: expected at most 32 tokens")
                    .hasMessageContaining("found 51");
        }
    }

    @Test
    void otherTypesAreRefused() {
        EmbeddingTranslatorFactory factory = new EmbeddingTranslatorFactory();

        assertThat(factory.isSupported(Integer.class, NDList.class)).isFalse();
        try (Model model = Model.newInstance("other", "PyTorch")) {
            assertThatIllegalArgumentException()
                    .isThrownBy(
                            () -> factory.newInstance(Integer.class, NDList.class, model, Map.of()))
                    .withMessageContaining("found java.lang.Integer");
        }
    }

    private static <I> NDList predict(Class<I> type, I request, Map<String, ?> arguments)
            throws Exception {
        try (ZooModel<I, NDList> model = load(type, NDList.class, arguments);
                Predictor<I, NDList> predictor = model.newPredictor()) {
            NDList result = predictor.predict(request);
            result.detach();
            return result;
        }
    }

    private static <I, O> ZooModel<I, O> load(
            Class<I> input, Class<O> output, Map<String, ?> arguments) throws Exception {
        Criteria.Builder<I, O> builder =
                Criteria.builder().setTypes(input, output).optModelPath(folder);
        arguments.forEach(builder::optArgument);
        return builder.build().loadModel();
    }

    private static int[] alone(String text) throws Exception {
        try (InputStage stage = InputStage.load(folder);
                Embeddings result = stage.embed(text)) {
            return text.isEmpty() ? new int[0] : Bits.of(result.embeddings());
        }
    }

    private static int[] bits(float[][] rows) {
        List<Integer> bits = new ArrayList<>();
        for (float[] row : rows) {
            for (int each : Bits.of(row)) {
                bits.add(each);
            }
        }
        return bits.stream().mapToInt(Integer::intValue).toArray();
    }
}
