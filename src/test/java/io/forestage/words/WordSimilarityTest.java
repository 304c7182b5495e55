package io.forestage.words;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.forestage.InputStage;
import io.forestage.model.ModelConfig;
import io.forestage.model.ModelWriter;
import io.forestage.model.PositionKind;
import io.forestage.tokens.TextTokenizer;
import io.forestage.weights.ElementType;
import io.forestage.weights.RowSource;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class WordSimilarityTest {

    @TempDir Path temporary;

    @Test
    void aModelThatRanksPairsAsPeopleDoScoresOne() throws IOException {
        Path model = model();
        Path pairs =
                Files.writeString(
                        temporary.resolve("pairs.txt"),
                        """
                        king\tqueen\t9.5
                        king man 5

                        king sea 1.0
                        queen antidisestablishmentarianism 3
                        """);
        Path reversed =
                Files.writeString(
                        temporary.resolve("reversed.txt"), "king queen 1\nking man 2\nking sea 3");

        List<WordSimilarity> results = evaluate(model, List.of(pairs, reversed));

        assertThat(results.get(0).pairs()).isEqualTo(4);
        assertThat(results.get(0).used()).isEqualTo(3);
        assertThat(results.get(0).correlation()).isCloseTo(1, within(1e-12));
        assertThat(results.get(1).correlation()).isCloseTo(-1, within(1e-12));
        assertThat(results.get(0).random()).isBetween(0.4, 1.0);
    }

    @Test
    void pairsOfTokensThatWereNotTrainedAreLeftOutAndCounted() throws IOException {
        Path model = model(" king", " queen");
        Path pairs =
                Files.writeString(
                        temporary.resolve("pairs.txt"), "king queen 9\nking man 5\nsea man 1");

        WordSimilarity result = evaluate(model, List.of(pairs)).get(0);

        assertThat(result.pairs()).isEqualTo(3);
        assertThat(result.used()).isEqualTo(1);
        assertThat(result.untrained()).isEqualTo(2);
    }

    @Test
    void equalValuesShareTheirRank() {
        // scipy.stats.spearmanr([1, 2, 2, 4, 5], [5, 6, 7, 8, 7])
        assertThat(RankCorrelation.of(new double[] {1, 2, 2, 4, 5}, new double[] {5, 6, 7, 8, 7}))
                .isCloseTo(0.7631578947368421, within(1e-12));
    }

    @ParameterizedTest
    @CsvSource({
        "king queen, 2 fields",
        "king queen much, the score much",
        "king queen NaN, the score NaN",
        "a b 1 2, 4 fields"
    })
    void anInvalidLineIsRefused(String line, String found) throws IOException {
        Path file = Files.writeString(temporary.resolve("pairs.txt"), "king man 1\n" + line);

        assertThatThrownBy(() -> WordPairs.read(file))
                .isInstanceOf(IOException.class)
                .hasMessageContaining(
                        "pairs.txt: line 2: expected two words and a score, found %s; fix or"
                                .formatted(found));
    }

    private static List<WordSimilarity> evaluate(Path model, List<Path> files) throws IOException {
        List<WordSimilarity> results = new ArrayList<>();
        try (InputStage stage = InputStage.load(model)) {
            for (Path file : files) {
                results.add(WordSimilarity.evaluate(WordVectors.of(stage), file));
            }
        }
        return results;
    }

    /** Writes a model in which queen, man and sea are ever farther from king. */
    private Path model(String... trained) throws IOException {
        Path folder = temporary.resolve("model");
        float[][] rows = new float[50257][2];
        BitSet tokens = new BitSet();
        try (TextTokenizer tokenizer = TextTokenizer.gpt2()) {
            List<String> words = List.of(" king", " queen", " man", " sea");
            for (int i = 0; i < words.size(); i++) {
                rows[(int) tokenizer.encode(words.get(i)).ids()[0]] =
                        new float[] {(float) Math.cos(i), (float) Math.sin(i)};
            }
            for (String word : trained) {
                tokens.set((int) tokenizer.encode(word).ids()[0]);
            }
        }
        new ModelWriter(
                        new ModelConfig(
                                50257,
                                16,
                                2,
                                0,
                                0.02,
                                PositionKind.NONE,
                                OptionalLong.empty(),
                                OptionalInt.empty()),
                        List.of(
                                new RowSource("wte.weight", 50257, 2, i -> rows[i])
                                        .as(ElementType.F32)),
                        null,
                        "test",
                        tokens.isEmpty() ? null : tokens,
                        Map.of())
                .write(folder, false, place -> {});
        return folder;
    }
}
