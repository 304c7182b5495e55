package io.forestage.pipeline;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.djl.Model;
import ai.djl.inference.Predictor;
import ai.djl.metric.Metrics;
import ai.djl.ndarray.NDList;
import ai.djl.nn.LambdaBlock;
import ai.djl.repository.zoo.Criteria;
import ai.djl.repository.zoo.ZooModel;
import ai.djl.translate.Batchifier;
import ai.djl.translate.TranslateException;
import ai.djl.translate.Translator;
import ai.djl.translate.TranslatorContext;
import io.forestage.model.ServingProperties;
import io.forestage.testing.TinyModel;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The translator in hands other than a Predictor's own. */
class EmbeddingsTranslatorTest {

    @TempDir Path folder;

    @BeforeEach
    void writeModel() throws Exception {
        TinyModel.write(folder);
        ServingProperties.write(folder, ServingProperties.Classes.ON_CLASS_PATH, false);
    }

    @Test
    void aTranslatorAroundItThatStacksGetsTheSame() throws Exception {
        try (ZooModel<String, float[][]> model = load();
                Predictor<String, float[][]> own = model.newPredictor();
                Predictor<String, float[][]> wrapped =
                        model.newPredictor(new Wrapper(model.getTranslator()))) {
            assertThat(wrapped.predict("Hello world")).isDeepEqualTo(own.predict("Hello world"));
        }
    }

    @Test
    void aBatchOfNothingIsNothing() throws Exception {
        try (ZooModel<String, float[][]> model = load();
                Predictor<String, float[][]> predictor = model.newPredictor()) {
            assertThat(predictor.batchPredict(List.of())).isEmpty();
        }
    }

    @ParameterizedTest
    @ValueSource(classes = {String[].class, long[].class, long[][].class})
    void nullIsRefusedInWords(Class<?> type) throws Exception {
        try (ZooModel<?, NDList> model =
                        Criteria.builder()
                                .setTypes(type, NDList.class)
                                .optModelPath(folder)
                                .build()
                                .loadModel();
                Predictor<?, NDList> predictor = model.newPredictor()) {
            assertThatThrownBy(() -> predictor.predict(null))
                    .hasCauseInstanceOf(IllegalArgumentException.class)
                    .hasMessageEndingWith("found null");
        }
    }

    @Test
    void aNetworkBehindTheStageIsRefused() throws Exception {
        try (ZooModel<String, float[][]> stage = load();
                Model network = Model.newInstance("network", "PyTorch")) {
            network.setBlock(new LambdaBlock(list -> new NDList(list.head().sum())));
            try (Predictor<String, float[][]> predictor =
                    network.newPredictor(stage.getTranslator())) {
                assertThatThrownBy(() -> predictor.predict("Hello world"))
                        .isInstanceOf(TranslateException.class)
                        .hasCauseInstanceOf(IllegalStateException.class)
                        .hasMessageContaining(
                                "vectors: expected shape (2, D) of the input stage's block,"
                                        + " found ()");
            }
        }
    }

    @Test
    void aServingTranslatorWithoutAModelSaysWhatToCall() throws Exception {
        try (ZooModel<String, float[][]> model = load();
                Predictor.PredictorContext context =
                        new Predictor.PredictorContext(
                                model, model.getNDManager().newSubManager(), new Metrics())) {
            EmbeddingServingTranslator translator = new EmbeddingServingTranslator();

            assertThatThrownBy(() -> translator.batchProcessInput(context, List.of()))
                    .isInstanceOf(IllegalStateException.class)
                    .hasMessageContaining("call prepare");
        }
    }

    private ZooModel<String, float[][]> load() throws Exception {
        return Criteria.builder()
                .setTypes(String.class, float[][].class)
                .optModelPath(folder)
                .optArguments(Map.of("maxLength", 8))
                .build()
                .loadModel();
    }

    /** Knows one request at a time, and leaves batches to DJL. */
    private record Wrapper(Translator<String, float[][]> inner)
            implements Translator<String, float[][]> {

        @Override
        public Batchifier getBatchifier() {
            return Batchifier.STACK;
        }

        @Override
        public NDList processInput(TranslatorContext context, String text) throws Exception {
            return inner.processInput(context, text);
        }

        @Override
        public float[][] processOutput(TranslatorContext context, NDList output) throws Exception {
            return inner.processOutput(context, output);
        }
    }
}
