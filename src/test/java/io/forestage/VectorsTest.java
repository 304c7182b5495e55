package io.forestage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

import ai.djl.inference.Predictor;
import ai.djl.ndarray.NDManager;
import ai.djl.repository.zoo.Criteria;
import ai.djl.repository.zoo.ZooModel;
import io.forestage.testing.Bits;
import io.forestage.testing.TinyModel;
import io.forestage.tokens.OnTooLong;
import io.forestage.tokens.SpecialTokens;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.Random;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** One vector for each text. */
class VectorsTest {

    private static final Path NANO = Path.of("models/nano");
    private static final VectorOptions MEAN = VectorOptions.mean();

    @TempDir static Path folder;

    private static InputStage nano;
    private static InputStage tiny;

    @BeforeAll
    static void load() throws Exception {
        nano = InputStage.load(NANO);
        tiny = InputStage.load(TinyModel.write(folder));
    }

    @AfterAll
    static void close() {
        nano.close();
        tiny.close();
    }

    @ParameterizedTest
    @CsvSource({"MEAN, false", "MEAN, true", "LAST, false", "LAST, true"})
    void theyAreThePipelinesToTheBit(Pooling pooling, boolean normalize) throws Exception {
        List<String> texts = texts(300);
        try (ZooModel<String, float[]> model =
                        Criteria.builder()
                                .setTypes(String.class, float[].class)
                                .optModelPath(NANO)
                                .optArgument("pooling", pooling.name().toLowerCase(Locale.ROOT))
                                .optArgument("normalize", normalize)
                                .build()
                                .loadModel();
                Predictor<String, float[]> predictor = model.newPredictor()) {
            float[][] vectors =
                    nano.vectors(texts, MEAN.withPooling(pooling).withNormalize(normalize));

            List<float[]> expected = predictor.batchPredict(texts);
            for (int i = 0; i < texts.size(); i++) {
                assertThat(Bits.of(vectors[i])).as("%d", i).isEqualTo(Bits.of(expected.get(i)));
            }
        }
    }

    /** More tokens than a batch has, so that each text has other neighbours in another order. */
    @Test
    void aTextGetsTheSameBitsAloneAndAmongOthersInAnyOrder() {
        List<String> texts = texts(600);
        assertThat(nano.vectorsAndTokens(texts, MEAN).tokens()).isGreaterThan(3 * 8192);
        List<Integer> order = new ArrayList<>(IntStream.range(0, texts.size()).boxed().toList());
        Collections.shuffle(order, new Random(1));

        float[][] inOrder = nano.vectors(texts, MEAN);
        float[][] shuffled = nano.vectors(order.stream().map(texts::get).toList(), MEAN);

        for (int i = 0; i < texts.size(); i++) {
            int text = order.get(i);
            assertThat(Bits.of(shuffled[i])).isEqualTo(Bits.of(inOrder[text]));
            if (i % 20 == 0) {
                assertThat(Bits.of(nano.vectors(List.of(texts.get(text)), MEAN)[0]))
                        .isEqualTo(Bits.of(inOrder[text]));
            }
        }
    }

    @Test
    void aMeanIsTheSumOfTokensAndPositionsOverTheirNumber() {
        String text = "Hello world again";
        long[] ids = tiny.tokenizer().encode(text).ids();

        float[] vector = tiny.vectors(List.of(text), MEAN)[0];

        assertThat(vector).hasSize(TinyModel.WIDTH);
        for (int column = 0; column < vector.length; column++) {
            assertThat((double) vector[column])
                    .isCloseTo(mean(ids, 0, ids.length, column), within(1e-2));
        }
    }

    @Test
    void normalizedVectorsHaveLengthOne() {
        for (float[] vector :
                nano.vectors(List.of("a king", "the sea"), MEAN.withNormalize(true))) {
            double square =
                    IntStream.range(0, vector.length)
                            .mapToDouble(i -> vector[i])
                            .map(x -> x * x)
                            .sum();
            assertThat(square).isCloseTo(1, within(1e-5));
        }
    }

    @Test
    void aTextWithoutTokensBecomesZeros() {
        for (Pooling pooling : List.of(Pooling.MEAN, Pooling.LAST)) {
            float[][] vectors =
                    nano.vectors(
                            List.of("", "a", ""), MEAN.withPooling(pooling).withNormalize(true));

            assertThat(vectors[0]).hasSize(128).containsOnly(0);
            assertThat(vectors[2]).containsOnly(0);
            assertThat(vectors[1]).doesNotContain(0);
        }
        assertThat(nano.vectors(List.of(""), MEAN)[0]).hasSize(128).containsOnly(0);
    }

    @Test
    void noTextsAreNoVectors() {
        assertThat(nano.vectors(List.of(), MEAN)).isEmpty();
    }

    @Test
    void theMeanOfWindowsIsTheMeanOfTheirMeans() {
        String text = "word".repeat(1) + " word other thing".repeat(20); // 61 tokens, 32 positions
        long[] ids = tiny.tokenizer().encode(text).ids();
        assertThat(ids).hasSize(61);
        int[] starts = {0, 16, 32, 48};

        float[] vector =
                tiny.vectors(List.of("a", text), MEAN.withOnTooLong(OnTooLong.windows(16, 16)))[1];

        for (int column = 0; column < vector.length; column++) {
            int j = column;
            double expected =
                    Arrays.stream(starts)
                            .mapToDouble(start -> mean(ids, start, Math.min(start + 16, 61), j))
                            .average()
                            .orElseThrow();
            assertThat((double) vector[column]).isCloseTo(expected, within(1e-2));
        }
    }

    /** Of windows that do not fit into one batch. */
    @Test
    void windowsOfAVeryLongTextAreTheTextsOwn() {
        String text = "the king and the queen of a far country ".repeat(2000);
        VectorOptions windows = MEAN.withOnTooLong(OnTooLong.windows(64, 64));

        TextVectors alone = nano.vectorsAndTokens(List.of(text), windows);
        TextVectors among = nano.vectorsAndTokens(List.of("before", text, "after"), windows);

        assertThat(alone.tokens()).isGreaterThan(2 * 8192);
        assertThat(Bits.of(among.vectors()[1])).isEqualTo(Bits.of(alone.vectors()[0]));
        assertThat(Bits.of(among.vectors()[2]))
                .isEqualTo(Bits.of(nano.vectors(List.of("after"), windows)[0]));
    }

    /** Normalized texts of one row and of several, side by side: only the result is scaled. */
    @Test
    void theMeanOfWindowsIsScaledLikeAnyVector() {
        List<String> texts =
                List.of("a", " word other thing".repeat(20), "b c", " thing".repeat(40));
        VectorOptions windows = MEAN.withOnTooLong(OnTooLong.windows(16, 16));

        float[][] plain = tiny.vectors(texts, windows);
        float[][] scaled = tiny.vectors(texts, windows.withNormalize(true));

        try (NDManager manager = NDManager.newBaseManager("PyTorch")) {
            for (int i = 0; i < texts.size(); i++) {
                assertThat(Bits.of(scaled[i]))
                        .isEqualTo(Bits.of(Pooling.normalized(manager.create(plain[i]))));
            }
        }
    }

    @Test
    void theLastTokenOfWindowsIsTheTexts() {
        String text = "one two three four five six seven eight nine ten";
        VectorOptions last = MEAN.withPooling(Pooling.LAST).withOnTooLong(OnTooLong.windows(4, 4));

        float[] vector = tiny.vectors(List.of(text), last)[0];

        long[] ids = tiny.tokenizer().encode(text).ids();
        assertThat(ids).hasSize(10);
        assertThat(vector[0]).isEqualTo(TinyModel.wte(ids[9], 0) + TinyModel.wpe(1, 0));
    }

    @Test
    void longTextsAreRefusedByIndexOrCut() {
        String text = " word".repeat(33);

        assertThatIllegalArgumentException()
                .isThrownBy(() -> tiny.vectors(List.of("a", text), MEAN))
                .withMessageStartingWith(
                        "text 1: expected at most 32 tokens (maxLength), found 33");
        assertThat(tiny.vectors(List.of(text), MEAN.withOnTooLong(OnTooLong.truncate()))[0])
                .isEqualTo(tiny.vectors(List.of(" word".repeat(32)), MEAN)[0]);
        assertThatIllegalArgumentException()
                .isThrownBy(
                        () -> tiny.vectors(List.of(), MEAN.withOnTooLong(OnTooLong.windows(33, 1))))
                .withMessageContaining("at most 32 tokens");
    }

    @Test
    void specialTokensAreTextUnlessRecognized() {
        List<String> texts = List.of("<|endoftext|>");

        assertThat(nano.vectorsAndTokens(texts, MEAN).tokens()).isGreaterThan(1);
        assertThat(
                        nano.vectorsAndTokens(
                                        texts, MEAN.withSpecialTokens(SpecialTokens.RECOGNIZED))
                                .tokens())
                .isEqualTo(1);
    }

    @Test
    void allVectorsOfATextAreNotOneVector() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> MEAN.withPooling(Pooling.NONE))
                .withMessageContaining("use InputStage.embed");
    }

    private static double mean(long[] ids, int begin, int end, int column) {
        double sum = 0;
        for (int i = begin; i < end; i++) {
            sum += (double) TinyModel.wte(ids[i], column) + TinyModel.wpe(i - begin, column);
        }
        return sum / (end - begin);
    }

    private static List<String> texts(int count) {
        Random random = new Random(7);
        List<String> words =
                List.of("the", "king", "queen", "sea", "red", "42", "of", "music", ";", "é");
        return IntStream.range(0, count)
                .mapToObj(
                        text ->
                                Stream.generate(() -> words.get(random.nextInt(words.size())))
                                        .limit(text % 50 == 0 ? 0 : random.nextInt(100))
                                        .reduce("", (a, b) -> a + " " + b))
                .toList();
    }
}
