package io.forestage.examples;

import static org.assertj.core.api.Assertions.assertThat;

import ai.djl.inference.Predictor;
import ai.djl.ndarray.NDList;
import ai.djl.repository.zoo.Criteria;
import ai.djl.repository.zoo.ZooModel;
import com.google.gson.JsonArray;
import com.google.gson.JsonParser;
import io.forestage.Embeddings;
import io.forestage.InputStage;
import io.forestage.testing.TinyModel;
import io.forestage.testing.Tolerances;
import java.nio.file.Files;
import java.nio.file.Path;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The vectors of a batch into a model that begins with vectors, as PyTorch exported it. */
class TorchScriptExampleTest {

    @TempDir Path folder;

    @Test
    void vectorsMaskAndPositionsGoIntoATorchScriptModel() throws Exception {
        TinyModel.write(folder);
        Path file = Path.of("src/test/resources/pipeline/classifier.pt");
        Criteria<NDList, NDList> criteria =
                Criteria.builder()
                        .setTypes(NDList.class, NDList.class)
                        .optModelPath(file)
                        .optEngine("PyTorch")
                        .build();
        try (InputStage stage = InputStage.load(folder);
                ZooModel<NDList, NDList> rest = criteria.loadModel();
                Predictor<NDList, NDList> predictor = rest.newPredictor();
                Embeddings batch = stage.embed("Hello world,", "Hi")) {
            NDList scores = predictor.predict(batch.toNdList()); // vectors, mask, positions
            requireThoseOfPyTorch(scores.singletonOrThrow().toFloatArray());
        }
    }

    private static void requireThoseOfPyTorch(float[] scores) throws Exception {
        String json = Files.readString(Path.of("src/test/resources/pipeline/classifier.json"));
        JsonArray rows = JsonParser.parseString(json).getAsJsonObject().getAsJsonArray("scores");
        for (int i = 0; i < 4; i++) {
            float expected = rows.get(i / 2).getAsJsonArray().get(i % 2).getAsFloat();
            float tolerance = Math.abs(expected) * Tolerances.SCRIPTED_SCORES;
            assertThat(scores[i]).isCloseTo(expected, Offset.offset(tolerance));
        }
        assertThat(scores).hasSize(4);
    }
}
