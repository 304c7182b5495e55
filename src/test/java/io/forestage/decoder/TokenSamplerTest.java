package io.forestage.decoder;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Tokens are drawn by their probability, from the tokens that the options allow. */
class TokenSamplerTest {

    private static final float[] LOGITS = {1, 3, 3, -2, 0.5f};

    @Test
    void greedyTakesTheMostLikelyAndOfTwoTheFirst() {
        assertThat(new TokenSampler(GenerationOptions.greedy()).next(LOGITS)).isEqualTo(1);
    }

    @Test
    void aSeedDrawsTheseTokensOnEveryMachine() {
        TokenSampler sampler = new TokenSampler(GenerationOptions.sampling(7));

        assertThat(IntStream.range(0, 12).map(i -> sampler.next(LOGITS)).toArray())
                .containsExactly(1, 0, 2, 2, 1, 1, 1, 1, 1, 1, 1, 2);
    }

    @Test
    void tokensComeAsOftenAsTheyAreLikely() {
        double temperature = 1.5;
        TokenSampler sampler =
                new TokenSampler(GenerationOptions.sampling(1).withTemperature(temperature));
        int[] counts = new int[LOGITS.length];
        int draws = 20_000;
        for (int i = 0; i < draws; i++) {
            counts[sampler.next(LOGITS)]++;
        }

        double sum = 0;
        for (float logit : LOGITS) {
            sum += Math.exp(logit / temperature);
        }
        for (int id = 0; id < LOGITS.length; id++) {
            double p = Math.exp(LOGITS[id] / temperature) / sum;
            double deviation = Math.sqrt(p * (1 - p) / draws);
            assertThat(counts[id] / (double) draws).isCloseTo(p, within(5 * deviation));
        }
    }

    /** The tokens that are drawn are those that a plain sort of all tokens allows. */
    @ParameterizedTest
    @MethodSource("seeds")
    void onlyAllowedTokensAreDrawn(long seed) {
        Random random = new Random(seed);
        int topK = random.nextInt(13);
        double topP = 0.05 + 0.95 * random.nextDouble();
        float[] logits = new float[10];
        for (int id = 0; id < logits.length; id++) {
            logits[id] = Math.round(random.nextGaussian() * 3); // often equal
        }

        Set<Integer> drawn = new HashSet<>();
        TokenSampler sampler =
                new TokenSampler(
                        GenerationOptions.sampling(seed)
                                .withTemperature(2)
                                .withTopK(topK)
                                .withTopP(topP));
        for (int i = 0; i < 3000; i++) {
            drawn.add(sampler.next(logits));
        }

        Set<Integer> allowed = allowed(logits, topK, topP);
        assertThat(allowed).containsAll(drawn);
        double rarest =
                allowed.stream().mapToDouble(id -> Math.exp(logits[id] / 2)).min().orElse(0);
        double whole = IntStream.range(0, 10).mapToDouble(id -> Math.exp(logits[id] / 2)).sum();
        if (rarest / whole > 0.01) {
            assertThat(drawn).isEqualTo(allowed);
        }
    }

    static LongStream seeds() {
        return LongStream.range(0, 60);
    }

    private static Set<Integer> allowed(float[] logits, int topK, double topP) {
        List<Integer> sorted =
                IntStream.range(0, logits.length)
                        .boxed()
                        .sorted(Comparator.comparing((Integer id) -> -logits[id]))
                        .limit(topK == 0 ? logits.length : topK)
                        .toList();
        double sum = sorted.stream().mapToDouble(id -> Math.exp(logits[id] / 2)).sum();
        Set<Integer> allowed = new HashSet<>();
        double reached = 0;
        for (int id : sorted) {
            if (reached >= topP * sum - 1e-12 && topP < 1) {
                break;
            }
            allowed.add(id);
            reached += Math.exp(logits[id] / 2);
        }
        return allowed;
    }

    @Test
    void damagedLogitsAreReported() {
        float[] nothing = new float[3];
        Arrays.fill(nothing, Float.NaN);

        assertThatThrownBy(() -> new TokenSampler(GenerationOptions.greedy()).next(nothing))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("expected finite numbers");
    }

    @Test
    void optionsOutOfRangeAreRefused() {
        GenerationOptions options = GenerationOptions.greedy();
        assertThatThrownBy(() -> options.withTopP(0)).hasMessageStartingWith("topP: expected");
        assertThatThrownBy(() -> options.withTopP(1.1)).hasMessageStartingWith("topP: expected");
        assertThatThrownBy(() -> options.withTopK(-1)).hasMessageStartingWith("topK: expected");
        assertThatThrownBy(() -> options.withMaxTokens(0)).hasMessageStartingWith("maxTokens: ");
        assertThatThrownBy(() -> options.withTemperature(-1)).hasMessageStartingWith("temperature");
        assertThatThrownBy(() -> options.withTemperature(Double.NaN))
                .isInstanceOf(IllegalArgumentException.class);
    }
}
