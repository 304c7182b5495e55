package io.forestage.examples;

import static org.assertj.core.api.Assertions.assertThat;

import ai.djl.inference.Predictor;
import ai.djl.repository.zoo.Criteria;
import ai.djl.repository.zoo.ModelZoo;
import ai.djl.repository.zoo.ZooModel;
import io.forestage.pipeline.ForestageZooProvider;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The repository's models as a zoo. */
class ZooExampleTest {

    @BeforeEach
    void openTheZoo() {
        System.setProperty("forestage.zoo", "models");
        ModelZoo.registerModelZoo(new ForestageZooProvider());
    }

    @AfterEach
    void closeTheZoo() {
        System.clearProperty("forestage.zoo");
        ModelZoo.registerModelZoo(new ForestageZooProvider());
    }

    @Test
    void aModelOfTheZooIsLoadedByItsName() throws Exception {
        Criteria<String[], float[][]> criteria =
                Criteria.builder()
                        .setTypes(String[].class, float[][].class)
                        .optGroupId("io.forestage")
                        .optArtifactId("gpt2-random")
                        .optArgument("pooling", "mean")
                        .optArgument("normalize", true)
                        .build();
        try (ZooModel<String[], float[][]> model = criteria.loadModel();
                Predictor<String[], float[][]> predictor = model.newPredictor()) {
            float[][] vectors = predictor.predict(new String[] {"Hello world", "Hi"}); // 2 × 768
            assertThat(vectors).hasDimensions(2, 768);
        }
    }
}
