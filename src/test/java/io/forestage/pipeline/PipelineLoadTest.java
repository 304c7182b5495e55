package io.forestage.pipeline;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.djl.inference.Predictor;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.repository.zoo.Criteria;
import ai.djl.repository.zoo.ZooModel;
import ai.djl.translate.TranslateException;
import io.forestage.model.ServingProperties;
import io.forestage.testing.Bits;
import io.forestage.testing.TinyModel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * One model and sixteen predictors at once. The whole load is a command:
 *
 * <pre>
 * mvn test -Dtest=PipelineLoadTest -Dforestage.predictions=100000
 * </pre>
 *
 * <p>In the first tenth the process grows to its size; only from {@value #ENOUGH} predictions on is
 * the rest long enough to tell a leak from that.
 */
class PipelineLoadTest {

    private static final int PREDICTIONS = Integer.getInteger("forestage.predictions", 3200);
    private static final int PREDICTORS = 16;
    private static final int ENOUGH = 100_000;

    /** Ids, mask, positions, vectors and what comes between, of each predictor. */
    private static final int MAX_IN_FLIGHT = 20 * PREDICTORS;

    /** What is left of the resident size to the heap's and the threads' moods. */
    private static final double FLAT = 0.05;

    private static final List<String> TEXTS =
            List.of("Hi", "Hello my dear world", "A b c", "one two three four five six");

    @TempDir static Path folder;

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void sixteenPredictorsOfOneModelNeitherFailNorLeakNorDiffer(boolean fair) throws Exception {
        int turns = Turn.free();
        TinyModel.write(folder);
        ServingProperties.write(folder, ServingProperties.Classes.ON_CLASS_PATH, false);
        try (ZooModel<String, NDList> model =
                Criteria.builder()
                        .setTypes(String.class, NDList.class)
                        .optModelPath(folder)
                        .optArgument("fair", fair)
                        .build()
                        .loadModel()) {
            List<int[]> alone = alone(model);
            int arraysBefore = arrays(model.getNDManager());
            load(model, alone, arraysBefore, PREDICTIONS / 10);
            System.gc();
            long residentBefore = resident();

            load(model, alone, arraysBefore, PREDICTIONS - PREDICTIONS / 10);

            System.gc();
            assertThat(arrays(model.getNDManager())).isEqualTo(arraysBefore);
            long residentAfter = resident();
            System.out.printf(
                    "%d predictions by %d predictors: %d arrays, resident %d kB before, %d kB"
                            + " after%n",
                    PREDICTIONS, PREDICTORS, arraysBefore, residentBefore, residentAfter);
            if (PREDICTIONS >= ENOUGH) {
                assertThat((double) residentAfter / residentBefore).isBetween(1 - FLAT, 1 + FLAT);
            }
            assertThat(Turn.free()).isEqualTo(turns);
        }
    }

    @Test
    void aPredictionThatIsRefusedEndsItsTurn() throws Exception {
        TinyModel.write(folder);
        ServingProperties.write(folder, ServingProperties.Classes.ON_CLASS_PATH, false);
        int turns = Turn.free();
        try (ZooModel<String, NDList> model =
                        Criteria.builder()
                                .setTypes(String.class, NDList.class)
                                .optModelPath(folder)
                                .optArgument("fair", true)
                                .build()
                                .loadModel();
                Predictor<String, NDList> predictor = model.newPredictor()) {
            assertThatThrownBy(() -> predictor.predict("too long ".repeat(1000)))
                    .isInstanceOf(TranslateException.class);
            assertThat(Turn.free()).isEqualTo(turns);
        }
    }

    private static List<int[]> alone(ZooModel<String, NDList> model) throws Exception {
        List<int[]> alone = new ArrayList<>();
        try (Predictor<String, NDList> predictor = model.newPredictor()) {
            for (String text : TEXTS) {
                alone.add(Bits.of(predictor.predict(text).singletonOrThrow()));
            }
        }
        return alone;
    }

    private static void load(
            ZooModel<String, NDList> model, List<int[]> alone, int arraysBefore, int predictions)
            throws Exception {
        AtomicInteger left = new AtomicInteger(predictions);
        ExecutorService threads = Executors.newFixedThreadPool(PREDICTORS);
        List<Future<?>> ends = new ArrayList<>();
        try {
            for (int i = 0; i < PREDICTORS; i++) {
                ends.add(
                        threads.submit(
                                () -> {
                                    predict(model, alone, arraysBefore, left);
                                    return null;
                                }));
            }
            for (Future<?> end : ends) {
                end.get();
            }
        } finally {
            threads.shutdown();
        }
    }

    private static void predict(
            ZooModel<String, NDList> model, List<int[]> alone, int arraysBefore, AtomicInteger left)
            throws Exception {
        try (Predictor<String, NDList> predictor = model.newPredictor()) {
            int i;
            while ((i = left.getAndDecrement()) > 0) {
                int text = i % TEXTS.size();
                try (NDList result = predictor.predict(TEXTS.get(text))) {
                    NDArray vectors = result.singletonOrThrow();
                    if (!Arrays.equals(Bits.of(vectors), alone.get(text))) {
                        throw new AssertionError("other bits for " + TEXTS.get(text));
                    }
                }
            }
            // Before the predictor is closed, which would tidy up after a leak.
            int max = arraysBefore + MAX_IN_FLIGHT;
            assertThat(arrays(model.getNDManager())).isLessThanOrEqualTo(max);
        }
    }

    private static int arrays(NDManager manager) {
        return manager.getManagedArrays().size();
    }

    /** The resident size in kB. */
    private static long resident() throws Exception {
        Path status = Path.of("/proc/self/status");
        if (!Files.exists(status)) {
            return 1;
        }
        return Files.readAllLines(status).stream()
                .filter(line -> line.startsWith("VmRSS:"))
                .mapToLong(line -> Long.parseLong(line.replaceAll("\\D", "")))
                .findFirst()
                .orElseThrow();
    }
}
