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
import io.forestage.testing.Bits;
import io.forestage.testing.TinyModel;
import io.forestage.tokens.BatchOptions;
import io.forestage.tokens.OnTooLong;
import io.forestage.tokens.PaddingSide;
import io.forestage.tokens.TextTokenizer;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class PipelineTest {

    private static final List<String> UNEQUAL = List.of("Hi", "Hello my dear world", "", "A b c");

    @TempDir static Path folder;

    @BeforeAll
    static void writeModel() throws Exception {
        TinyModel.write(folder);
    }

    @Test
    void aTextBecomesItsVectors() throws Exception {
        try (ZooModel<String, NDList> model = load(String.class);
                Predictor<String, NDList> predictor = model.newPredictor()) {
            NDArray vectors = predictor.predict("Hello world").singletonOrThrow();

            assertThat(vectors.getShape()).isEqualTo(new Shape(2, 3));
            assertThat(Bits.of(vectors)).isEqualTo(alone("Hello world"));
        }
    }

    @Test
    void textsOfUnequalLengthInABatchGetWhatEachGetsAlone() throws Exception {
        try (ZooModel<String, NDList> model = load(String.class);
                Predictor<String, NDList> predictor = model.newPredictor()) {
            List<NDList> results = predictor.batchPredict(UNEQUAL);

            for (int i = 0; i < UNEQUAL.size(); i++) {
                assertThat(Bits.of(results.get(i).singletonOrThrow()))
                        .as(UNEQUAL.get(i))
                        .isEqualTo(alone(UNEQUAL.get(i)));
            }
        }
    }

    @ParameterizedTest
    @EnumSource
    void theSideOfThePaddingChangesNothing(PaddingSide side) throws Exception {
        try (ZooModel<String, NDList> model = load(String.class);
                TextTokenizer tokenizer = TextTokenizer.gpt2();
                Predictor<String, NDList> predictor =
                        model.newPredictor(
                                new EmbeddingTranslator(
                                        tokenizer, BatchOptions.gpt2().withPaddingSide(side)))) {
            List<NDList> results = predictor.batchPredict(UNEQUAL);

            for (int i = 0; i < UNEQUAL.size(); i++) {
                assertThat(Bits.of(results.get(i).singletonOrThrow()))
                        .isEqualTo(alone(UNEQUAL.get(i)));
            }
        }
    }

    @Test
    void severalTextsBecomeAPaddedBatchWithItsMask() throws Exception {
        try (ZooModel<String[], NDList> model = load(String[].class);
                Predictor<String[], NDList> predictor = model.newPredictor()) {
            NDList result = predictor.predict(UNEQUAL.toArray(String[]::new));

            assertThat(result.get("embeddings").getShape()).isEqualTo(new Shape(4, 4, 3));
            assertThat(result.get("attention_mask").toLongArray())
                    .containsExactly(1, 0, 0, 0, 1, 1, 1, 1, 0, 0, 0, 0, 1, 1, 1, 0);
        }
    }

    @Test
    void aLongTextMayBecomeWindowsInABatch() throws Exception {
        try (ZooModel<String[], NDList> model = load(String[].class);
                TextTokenizer tokenizer = TextTokenizer.gpt2();
                Predictor<String[], NDList> predictor =
                        model.newPredictor(
                                new BatchEmbeddingTranslator(
                                        tokenizer,
                                        BatchOptions.gpt2()
                                                .withMaxLength(2)
                                                .withOnTooLong(OnTooLong.windows(2, 1))))) {
            assertThat(predictor.predict(new String[] {"a b c"}).get(0).getShape())
                    .isEqualTo(new Shape(2, 2, 3));
        }
    }

    @Test
    void predictingOwnsOnlyWhatItGaveOut() throws Exception {
        try (ZooModel<String, NDList> model = load(String.class);
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
    void aTextThatIsTooLongIsRefusedInWords() throws Exception {
        try (ZooModel<String, NDList> model = load(String.class);
                Predictor<String, NDList> predictor = model.newPredictor()) {
            assertThatThrownBy(() -> predictor.predict("word ".repeat(50)))
                    .isInstanceOf(TranslateException.class)
                    .hasCauseInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining("32");
        }
    }

    @Test
    void windowsOfASingleTextAreRefused() throws Exception {
        try (TextTokenizer tokenizer = TextTokenizer.gpt2()) {
            BatchOptions windows = BatchOptions.gpt2().withOnTooLong(OnTooLong.windows(4, 2));
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> new EmbeddingTranslator(tokenizer, windows))
                    .withMessageContaining("windows");
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

    private static <I> ZooModel<I, NDList> load(Class<I> input) throws Exception {
        return Criteria.builder()
                .setTypes(input, NDList.class)
                .optModelPath(folder)
                .optEngine("PyTorch")
                .optArgument("blockFactory", InputStageBlockFactory.class.getName())
                .optOption("hasParameter", "false")
                .optTranslatorFactory(new EmbeddingTranslatorFactory())
                .build()
                .loadModel();
    }

    private static int[] alone(String text) throws Exception {
        try (InputStage stage = InputStage.load(folder);
                Embeddings result = stage.embed(text)) {
            return Bits.of(result.embeddings());
        }
    }
}
