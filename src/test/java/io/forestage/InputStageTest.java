package io.forestage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import ai.djl.engine.Engine;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import io.forestage.model.LoadOptions;
import io.forestage.model.LoadReport;
import io.forestage.model.PositionKind;
import io.forestage.testing.Bits;
import io.forestage.testing.TinyModel;
import io.forestage.tokens.OnTooLong;
import io.forestage.tokens.PaddingSide;
import io.forestage.tokens.TokenBatch;
import io.forestage.weights.ElementType;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class InputStageTest {

    private static final String HELLO = "Hello world";
    private static final long[] HELLO_IDS = {15496, 995};

    @TempDir Path temporary;

    @Test
    void aTextBecomesTheSumOfItsTokensAndPositions() throws IOException {
        try (InputStage stage = InputStage.load(TinyModel.write(temporary.resolve("m")));
                Embeddings result = stage.embed(HELLO)) {
            assertThat(result.ids().toLongArray()).isEqualTo(HELLO_IDS);
            assertThat(result.attentionMask().toLongArray()).containsExactly(1, 1);
            assertThat(result.positionIds().toLongArray()).containsExactly(0, 1);
            assertThat(result.embeddings().getShape()).isEqualTo(new Shape(1, 2, TinyModel.WIDTH));
            assertThat(result.embeddings().toFloatArray()).isEqualTo(sums(HELLO_IDS));
        }
    }

    @ParameterizedTest
    @CsvSource({"F32, ''", "F32, transformer.", "F64, ''", "F64, transformer."})
    void everyTypeAndBothSpellingsGiveTheSameTable(ElementType type, String prefix)
            throws IOException {
        Path folder = TinyModel.write(temporary.resolve("m"), type, prefix);

        try (InputStage stage = InputStage.load(folder);
                Embeddings result = stage.embed(HELLO)) {
            assertThat(result.embeddings().toFloatArray()).isEqualTo(sums(HELLO_IDS));
            assertThat(stage.report().loaded())
                    .extracting(LoadReport.Loaded::name)
                    .containsExactly(prefix + "wte.weight", prefix + "wpe.weight");
            assertThat(stage.report().loaded())
                    .extracting(LoadReport.Loaded::mapped)
                    .containsOnly(type == ElementType.F32);
            assertThat(stage.report().unused()).hasSize(1);
            assertThat(stage.report().unusedBytes()).isEqualTo(16);
        }
    }

    @Test
    void bfloat16IsWidenedBeforeItReachesTheEngine() throws IOException {
        Path folder = TinyModel.write(temporary.resolve("m"), ElementType.BF16, "");

        try (InputStage stage = InputStage.load(folder);
                Embeddings result = stage.embed(TokenBatch.of(ids(3), PaddingSide.RIGHT, 0))) {
            assertThat(result.embeddings().toFloatArray()).isEqualTo(sums(new long[] {3}));
        }
    }

    @Test
    void aRowPaddedOnTheLeftEqualsTheTextAlone() throws IOException {
        try (InputStage stage = InputStage.load(TinyModel.write(temporary.resolve("m")));
                Embeddings both =
                        stage.embed(
                                List.of("Hi", "Hello my dear world"),
                                stage.batchOptions().withPaddingSide(PaddingSide.LEFT));
                Embeddings alone = stage.embed("Hi")) {
            NDArray row = both.embeddings().get("0, -1:");
            assertThat(Bits.of(row)).isEqualTo(Bits.of(alone.embeddings()));
            assertThat(both.attentionMask().get(0).toLongArray()).containsExactly(0, 0, 0, 1);
            assertThat(both.ids().get(0).toLongArray()).startsWith(50256, 50256, 50256);
        }
    }

    @Test
    void noTextGivesNoVectorsAndNoFailure() throws IOException {
        try (InputStage stage = InputStage.load(TinyModel.write(temporary.resolve("m")));
                Embeddings result = stage.embed("", "")) {
            assertThat(result.embeddings().getShape()).isEqualTo(new Shape(2, 0, 3));
        }
    }

    @Test
    void aLongTextMayBeCutIntoWindows() throws IOException {
        try (InputStage stage = InputStage.load(TinyModel.write(temporary.resolve("m")));
                Embeddings result =
                        stage.embed(
                                List.of("one two three four five"),
                                stage.batchOptions()
                                        .withMaxLength(2)
                                        .withOnTooLong(OnTooLong.windows(2, 2)))) {
            assertThat(result.embeddings().getShape()).isEqualTo(new Shape(3, 2, 3));
        }
    }

    @Test
    void aTextLongerThanThePositionsIsRefused() throws IOException {
        try (InputStage stage = InputStage.load(TinyModel.write(temporary.resolve("m")))) {
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> stage.embed("a " + "word ".repeat(40)))
                    .withMessageContaining("32");
        }
    }

    @Test
    void anIdBeyondTheVocabularyIsRefusedWithItsPlace() throws IOException {
        try (InputStage stage = InputStage.load(TinyModel.write(temporary.resolve("m")))) {
            assertThatIllegalArgumentException()
                    .isThrownBy(
                            () -> stage.embed(TokenBatch.of(ids(1, 50257), PaddingSide.RIGHT, 0)))
                    .withMessage(
                            "token ids: found 50257 at [0, 1], expected 0 to 50256: the rows of"
                                    + " wte.weight (50257, 3)");
        }
    }

    @Test
    @SuppressWarnings("NullAway") // what a caller without null checks may do
    void aNullTextIsRefused() throws IOException {
        try (InputStage stage = InputStage.load(TinyModel.write(temporary.resolve("m")))) {
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> stage.embed("a", null))
                    .withMessageContaining("1");
        }
    }

    @Test
    void positionsMayBeSinusoidalOrNone() throws IOException {
        Path folder = TinyModel.write(temporary.resolve("m"));
        LoadOptions none = LoadOptions.frozen().withPositionKind(PositionKind.NONE);
        LoadOptions sinusoidal = LoadOptions.frozen().withPositionKind(PositionKind.SINUSOIDAL);
        try (InputStage tokens = InputStage.load(folder, none, null);
                InputStage waves = InputStage.load(folder, sinusoidal, null);
                Embeddings left = tokens.embed(HELLO);
                Embeddings right = waves.embed(HELLO)) {
            assertThat(left.embeddings().toFloatArray())
                    .startsWith(TinyModel.wte(15496, 0), TinyModel.wte(15496, 1));
            assertThat(right.embeddings().toFloatArray())
                    .startsWith(TinyModel.wte(15496, 0), TinyModel.wte(15496, 1) + 1f);
            assertThat(tokens.report().unused()).hasSize(2);
        }
    }

    @Test
    void randomTablesFollowTheirSeedAndLeaveTheProgramsOwnAlone() throws IOException {
        Path folder = Files.createDirectories(temporary.resolve("m"));
        TinyModel.config(folder, ", \"forestage_random_seed\": 7, \"initializer_range\": 0.5");
        float[] first;
        float[] drawn;
        Engine.getInstance().setRandomSeed(1);
        try (InputStage stage = InputStage.load(folder);
                Embeddings result = stage.embed(HELLO)) {
            assertThat(stage.report().randomSeed()).hasValue(7);
            assertThat(stage.report().missing()).containsExactly("wte.weight", "wpe.weight");
            first = result.embeddings().toFloatArray();
            drawn = draw();
        }
        Engine.getInstance().setRandomSeed(2);
        try (InputStage stage = InputStage.load(folder);
                Embeddings result = stage.embed(HELLO)) {
            assertThat(result.embeddings().toFloatArray()).isEqualTo(first);
            assertThat(draw()).isNotEqualTo(drawn);
        }
        Engine.getInstance().setRandomSeed(1);
        try (InputStage stage = InputStage.load(folder)) {
            assertThat(stage.report().loaded()).isEmpty();
            assertThat(draw()).isEqualTo(drawn);
        }
    }

    @Test
    void randomTablesSpreadAsInitializerRangeSays() throws IOException {
        Path folder = Files.createDirectories(temporary.resolve("m"));
        TinyModel.config(folder, ", \"initializer_range\": 0.5");
        LoadOptions seeded = LoadOptions.frozen().withRandomSeed(3);

        try (InputStage stage = InputStage.load(folder, seeded, null)) {
            NDArray wte = stage.block().getParameters().valueAt(0).getArray();
            assertThat(wte.mean().getFloat()).isBetween(-0.01f, 0.01f);
            assertThat(wte.square().mean().sqrt().getFloat()).isBetween(0.495f, 0.505f);
        }
    }

    @Test
    void theWeightFileMayBeReplacedByRenameWhileItIsMapped() throws IOException {
        Path folder = TinyModel.write(temporary.resolve("m"));
        try (InputStage stage = InputStage.load(folder);
                Embeddings before = stage.embed(HELLO)) {
            Path other = Files.write(temporary.resolve("other"), new byte[] {1});
            Files.move(
                    other,
                    folder.resolve("model.safetensors"),
                    StandardCopyOption.REPLACE_EXISTING);

            try (Embeddings after = stage.embed(HELLO)) {
                assertThat(Bits.of(after.embeddings())).isEqualTo(Bits.of(before.embeddings()));
            }
        }
    }

    @Test
    void changingATableNeverReachesAReadOnlyFile() throws IOException {
        Path folder = TinyModel.write(temporary.resolve("m"));
        Path weights = folder.resolve("model.safetensors");
        byte[] before = Files.readAllBytes(weights);
        assertThat(weights.toFile().setReadOnly()).isTrue();

        try (InputStage stage = InputStage.load(folder)) {
            NDArray wte = stage.block().getParameters().valueAt(0).getArray();
            wte.addi(1);
            assertThat(wte.getFloat(0, 0)).isEqualTo(1);
        }

        assertThat(Files.readAllBytes(weights)).isEqualTo(before);
    }

    @Test
    void threadsShareAStage() throws Exception {
        ExecutorService threads = Executors.newFixedThreadPool(8);
        try (InputStage stage = InputStage.load(TinyModel.write(temporary.resolve("m")))) {
            List<Future<float[]>> results = new ArrayList<>();
            for (int i = 0; i < 400; i++) {
                results.add(
                        threads.submit(
                                () -> {
                                    try (Embeddings result = stage.embed(HELLO)) {
                                        return result.embeddings().toFloatArray();
                                    }
                                }));
            }
            for (Future<float[]> result : results) {
                assertThat(result.get()).isEqualTo(sums(HELLO_IDS));
            }
        } finally {
            threads.shutdownNow();
        }
    }

    @Test
    void closingWaitsForThreadsThatEmbed() throws Exception {
        Path folder = TinyModel.write(temporary.resolve("m"));
        ExecutorService threads = Executors.newFixedThreadPool(4);
        try {
            for (int round = 0; round < 10; round++) {
                InputStage stage = InputStage.load(folder);
                CountDownLatch running = new CountDownLatch(4);
                List<Future<String>> ends = new ArrayList<>();
                for (int i = 0; i < 4; i++) {
                    ends.add(threads.submit(() -> embedUntilClosed(stage, running)));
                }
                running.await();
                stage.close();
                for (Future<String> end : ends) {
                    assertThat(end.get()).contains("closed");
                }
            }
        } finally {
            threads.shutdownNow();
        }
    }

    private static String embedUntilClosed(InputStage stage, CountDownLatch running) {
        try {
            while (true) {
                stage.embed(HELLO); // closed by the stage at the latest
                running.countDown();
            }
        } catch (IllegalStateException e) {
            return String.valueOf(e.getMessage());
        }
    }

    @Test
    void closingClosesWhatWasGivenOutAndRefusesMore() throws IOException {
        InputStage stage = InputStage.load(TinyModel.write(temporary.resolve("m")));
        NDManager given = stage.embed(HELLO).embeddings().getManager();

        stage.close();
        stage.close();

        assertThat(given.isOpen()).isFalse();
        assertThatIllegalStateException()
                .isThrownBy(() -> stage.embed(HELLO))
                .withMessageContaining("closed");
    }

    private static float[] draw() {
        try (NDManager manager = NDManager.newBaseManager("PyTorch")) {
            return manager.randomNormal(new Shape(4)).toFloatArray();
        }
    }

    private static List<long[]> ids(long... row) {
        return List.of(row);
    }

    private static float[] sums(long[] ids) {
        float[] sums = new float[ids.length * TinyModel.WIDTH];
        for (int i = 0; i < sums.length; i++) {
            int token = i / TinyModel.WIDTH;
            int column = i % TinyModel.WIDTH;
            sums[i] = TinyModel.wte(ids[token], column) + TinyModel.wpe(token, column);
        }
        return sums;
    }
}
