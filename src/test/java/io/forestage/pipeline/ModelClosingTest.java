package io.forestage.pipeline;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.djl.Device;
import ai.djl.Model;
import ai.djl.inference.Predictor;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.repository.zoo.Criteria;
import ai.djl.repository.zoo.ZooModel;
import ai.djl.translate.TranslateException;
import io.forestage.InputStage;
import io.forestage.model.LoadOptions;
import io.forestage.model.ModelFolder;
import io.forestage.model.ServingProperties;
import io.forestage.testing.TinyModel;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Who closes a model while others predict closes it for them, and not their process. */
class ModelClosingTest {

    private static final int THREADS = 8;

    @TempDir Path folder;

    @BeforeEach
    void writeModel() throws Exception {
        TinyModel.write(folder);
        ServingProperties.write(folder, ServingProperties.Classes.ON_CLASS_PATH, false);
    }

    @Test
    void aModelClosedUnderLoadEndsPredictionsInWords() throws Exception {
        ExecutorService threads = Executors.newFixedThreadPool(THREADS);
        try {
            for (int round = 0; round < 20; round++) {
                ZooModel<String, float[][]> model = load();
                CountDownLatch busy = new CountDownLatch(THREADS);
                List<Future<Throwable>> ends = new ArrayList<>();
                for (int i = 0; i < THREADS; i++) {
                    ends.add(threads.submit(() -> predictToTheEnd(model, busy)));
                }
                busy.await();
                model.close();
                for (Future<Throwable> end : ends) {
                    assertThat(end.get())
                            .hasRootCauseInstanceOf(IllegalStateException.class)
                            .rootCause()
                            .hasMessageContaining("closed");
                }
            }
        } finally {
            threads.shutdown();
        }
    }

    /** Closing the model's manager closes its arrays at once, also under a running prediction. */
    @Test
    void noArrayOfTheTablesStaysWithTheModelsManager() throws Exception {
        try (Model model = Model.newInstance("joined", Device.cpu(), "PyTorch")) {
            NDManager owner = model.getNDManager();
            model.setBlock(ModelFolder.open(folder).loadBlock(owner, LoadOptions.frozen()).block());
            assertThat(owner.getManagedArrays()).hasSize(3);

            OpenModel unused = OpenModel.of(model, null);

            assertThat(owner.getManagedArrays()).isEmpty();
        }
    }

    @Test
    void aPredictionAfterTheModelWasClosedIsRefused() throws Exception {
        ZooModel<String, float[][]> model = load();
        try (Predictor<String, float[][]> predictor = model.newPredictor()) {
            model.close();

            assertThatThrownBy(() -> predictor.predict("Hi"))
                    .isInstanceOf(TranslateException.class)
                    .hasRootCauseInstanceOf(IllegalStateException.class);
        }
    }

    @Test
    void theTablesAreClosedWithTheModel() throws Exception {
        ZooModel<String, float[][]> model = load();
        NDArray table = model.getBlock().getParameters().valueAt(0).getArray();
        assertThat(table.isReleased()).isFalse();

        model.close();

        assertThat(table.isReleased()).isTrue();
    }

    @Test
    void tablesOfTheCallersOwnStayOpen() throws Exception {
        try (InputStage stage = InputStage.load(folder)) {
            try (Model model = Model.newInstance("own", "PyTorch")) {
                model.setBlock(stage.block());
                model.load(folder, null, Map.of("hasParameter", "false"));
                try (Predictor<String, float[][]> predictor =
                        model.newPredictor(
                                new EmbeddingTranslatorFactory()
                                        .newInstance(
                                                String.class, float[][].class, model, Map.of()))) {
                    assertThat(predictor.predict("Hi")).hasNumberOfRows(1);
                }
            }
            assertThat(stage.embed("Hi").embeddings().isReleased()).isFalse();
        }
    }

    private static Throwable predictToTheEnd(
            ZooModel<String, float[][]> model, CountDownLatch busy) {
        try (Predictor<String, float[][]> predictor = model.newPredictor()) {
            predictor.predict("some text here");
            busy.countDown();
            while (true) {
                predictor.predict("some text here");
            }
        } catch (TranslateException | IllegalStateException e) {
            return new Exception("ended by", e);
        }
    }

    private ZooModel<String, float[][]> load() throws Exception {
        return Criteria.builder()
                .setTypes(String.class, float[][].class)
                .optModelPath(folder)
                .build()
                .loadModel();
    }
}
