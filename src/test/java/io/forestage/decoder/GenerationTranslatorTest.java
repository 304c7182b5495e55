package io.forestage.decoder;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.djl.inference.Predictor;
import ai.djl.ndarray.NDList;
import ai.djl.repository.zoo.Criteria;
import ai.djl.repository.zoo.ZooModel;
import ai.djl.translate.TranslateException;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;

/** A whole GPT-2 in DJL's own pipeline. */
class GenerationTranslatorTest {

    private static final Path BYTES = DecoderCase.FOLDER.resolve("gpt2-like");

    private static final GenerationOptions DRAWN =
            GenerationOptions.sampling(7).withTemperature(1.5).withTopK(40).withMaxTokens(9);

    private static Criteria<String, String> criteria(GenerationOptions options) {
        return Criteria.builder()
                .setTypes(String.class, String.class)
                .optModelPath(BYTES)
                .optEngine("PyTorch")
                .optArgument("blockFactory", GenerationBlockFactory.class.getName())
                .optOption("hasParameter", "false")
                .optTranslator(new GenerationTranslator(options))
                .build();
    }

    @Test
    void textsGoOnAsByTheModelItselfAloneAndTogether() throws Exception {
        List<String> texts = List.of("ab", "a longer text", "");
        for (GenerationOptions options : List.of(GenerationOptions.greedy(), DRAWN)) {
            try (LanguageModel model = LanguageModel.load(BYTES);
                    ZooModel<String, String> zoo = criteria(options).loadModel();
                    Predictor<String, String> predictor = zoo.newPredictor()) {
                List<String> expected =
                        model.generate(texts, options).stream().map(Generation::text).toList();

                assertThat(predictor.batchPredict(texts)).isEqualTo(expected);
                for (int i = 0; i < texts.size(); i++) {
                    assertThat(predictor.predict(texts.get(i))).isEqualTo(expected.get(i));
                }
            }
        }
    }

    @Test
    void aTextThatIsTooLongIsRefused() throws Exception {
        try (ZooModel<String, String> zoo = criteria(DRAWN).loadModel();
                Predictor<String, String> predictor = zoo.newPredictor()) {
            assertThatThrownBy(() -> predictor.predict("a".repeat(2000)))
                    .isInstanceOf(TranslateException.class)
                    .hasRootCauseInstanceOf(IllegalArgumentException.class)
                    .hasStackTraceContaining("positions");
        }
    }

    @Test
    void theWeightsAreClosedWithTheModel() throws Exception {
        ZooModel<String, String> zoo = criteria(DRAWN).loadModel();
        Predictor<String, String> predictor = zoo.newPredictor();
        LanguageModel language =
                ((GenerationBlockFactory.GenerationBlock) zoo.getBlock()).language();

        zoo.close();

        assertThatThrownBy(() -> language.logits(1))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("closed");
        predictor.close();
    }

    @Test
    void anotherBlockIsNamed() throws Exception {
        Criteria<NDList, NDList> stage =
                Criteria.builder()
                        .setTypes(NDList.class, NDList.class)
                        .optModelPath(Path.of("models/nano"))
                        .optEngine("PyTorch")
                        .build();
        try (ZooModel<NDList, NDList> zoo = stage.loadModel();
                Predictor<String, String> predictor =
                        zoo.newPredictor(new GenerationTranslator(DRAWN))) {
            assertThatThrownBy(() -> predictor.predict("a"))
                    .hasStackTraceContaining("expected one of GenerationBlockFactory")
                    .hasStackTraceContaining("blockFactory=io.forestage.decoder");
        }
    }
}
