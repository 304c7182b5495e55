package io.forestage.pipeline;

import static org.assertj.core.api.Assertions.assertThat;

import ai.djl.Application;
import ai.djl.inference.Predictor;
import ai.djl.repository.MRL;
import ai.djl.repository.zoo.Criteria;
import ai.djl.repository.zoo.ModelZoo;
import ai.djl.repository.zoo.ZooModel;
import ai.djl.repository.zoo.ZooProvider;
import io.forestage.testing.TinyModel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.ServiceLoader;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ZooTest {

    @TempDir Path temporary;

    @AfterEach
    void putTheZooBackToNothing() {
        System.clearProperty(ForestageZooProvider.PROPERTY);
        ModelZoo.registerModelZoo(new ForestageZooProvider());
    }

    @Test
    void djlFindsTheProviderByItself() {
        assertThat(ServiceLoader.load(ZooProvider.class))
                .hasAtLeastOneElementOfType(ForestageZooProvider.class);
        assertThat(ModelZoo.hasModelZoo("io.forestage")).isTrue();
    }

    @Test
    void withoutAFolderTheZooIsEmpty() {
        assertThat(new ForestageZooProvider().getModelZoo().getModelLoaders()).isEmpty();
    }

    @Test
    void aFolderThatIsNotThereLeavesTheZooEmpty() {
        System.setProperty(ForestageZooProvider.PROPERTY, temporary.resolve("no").toString());

        assertThat(new ForestageZooProvider().getModelZoo().getModelLoaders()).isEmpty();
    }

    @Test
    void aNameThatIsNoPathLeavesTheZooEmpty() {
        System.setProperty(ForestageZooProvider.PROPERTY, "no\0path");

        assertThat(new ForestageZooProvider().getModelZoo().getModelLoaders()).isEmpty();
    }

    @Test
    void modelFoldersAreListedAndNothingElse() throws Exception {
        fill();

        List<MRL> models = ModelZoo.listModels().get(Application.NLP.TEXT_EMBEDDING);

        assertThat(models)
                .filteredOn(model -> model.getGroupId().equals("io.forestage"))
                .extracting(MRL::getArtifactId)
                .containsExactlyInAnyOrder("one", "two");
    }

    @Test
    void aModelIsLoadedByItsNameWithoutServingProperties() throws Exception {
        fill();
        Criteria<String, float[][]> criteria =
                Criteria.builder()
                        .setTypes(String.class, float[][].class)
                        .optGroupId("io.forestage")
                        .optArtifactId("two")
                        .build();
        try (ZooModel<String, float[][]> model = criteria.loadModel();
                Predictor<String, float[][]> predictor = model.newPredictor()) {
            assertThat(predictor.predict("Hello world")).hasNumberOfRows(2);
        }
    }

    private void fill() throws Exception {
        TinyModel.write(temporary.resolve("one"));
        TinyModel.write(temporary.resolve("two"));
        Files.createDirectories(temporary.resolve("no model"));
        Files.writeString(temporary.resolve("notes.txt"), "no folder");
        System.setProperty(ForestageZooProvider.PROPERTY, temporary.toString());
        ModelZoo.registerModelZoo(new ForestageZooProvider());
    }
}
