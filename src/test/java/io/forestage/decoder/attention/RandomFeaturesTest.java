package io.forestage.decoder.attention;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * The estimates of random features have the kernel as their mean and their variance by its formula
 * (Sutherland and Schneider 2015), and their error falls as 1/√R. Seeds are fixed, so that nothing
 * fails by chance.
 */
class RandomFeaturesTest {

    private static final int DRAWS = 4000;
    private static final int COUNT = 10;

    /** Two vectors at distance 1. */
    private static final double[] X = {0.3, -0.2, 0.5};

    private static final double[] Y = {0.9, 0.6, 0.5};

    @ParameterizedTest
    @EnumSource
    void theMeanOfTheEstimatesIsTheKernel(RandomFeatures.Form form) {
        double[] estimates = estimates(form);

        // Five standard errors.
        double bound = 5 * Math.sqrt(variance(estimates) / DRAWS);
        assertThat(mean(estimates)).isCloseTo(kernel(form, X, Y), within(bound));
    }

    /** The relative standard error of a variance of 4000 nearly normal numbers is 2.2 %. */
    @ParameterizedTest
    @CsvSource({"COSINES", "COSINES_AND_SINES"})
    void theVarianceIsThatOfItsFormula(RandomFeatures.Form form) {
        double k = Math.exp(-0.5);
        double kOfTwice = Math.exp(-2);
        double formula =
                form == RandomFeatures.Form.COSINES
                        ? (1 + kOfTwice / 2 - k * k) / COUNT
                        : (1 + kOfTwice - 2 * k * k) / COUNT;

        assertThat(variance(estimates(form))).isCloseTo(formula, within(0.1 * formula));
    }

    @Test
    void pairsHaveTheSmallerVariance() {
        assertThat(variance(estimates(RandomFeatures.Form.COSINES_AND_SINES)))
                .isLessThan(0.7 * variance(estimates(RandomFeatures.Form.COSINES)));
    }

    @ParameterizedTest
    @EnumSource
    void theErrorFallsAsTheRootOfTheNumberOfFeatures(RandomFeatures.Form form) {
        double[] errors =
                IntStream.of(2, 10, 100, 1000).mapToDouble(count -> error(form, count)).toArray();

        assertThat(errors[0] / errors[2]).isBetween(0.6 * Math.sqrt(50), 1.6 * Math.sqrt(50));
        assertThat(errors[1] / errors[3]).isBetween(0.6 * 10.0, 1.6 * 10.0);
        assertThat(errors[2] / errors[3]).isBetween(0.6 * Math.sqrt(10), 1.6 * Math.sqrt(10));
    }

    @Test
    void aPairOfCosineAndSineIsExactForEqualVectors() {
        RandomFeatures features =
                new RandomFeatures(RandomFeatures.Form.COSINES_AND_SINES, COUNT, 1);
        double[] mapped = features.of(features.draw(X.length, 0), X);

        assertThat(dot(mapped, mapped)).isCloseTo(1, within(1e-15));
    }

    @Test
    void theNumbersDependOnSeedAndLayerAlone() {
        RandomFeatures features = new RandomFeatures(RandomFeatures.Form.COSINES, 4, 7);

        assertThat(features.draw(3, 2)).isDeepEqualTo(features.draw(3, 2));
        assertThat(features.draw(3, 2)[0][0]).isNotEqualTo(features.draw(3, 1)[0][0]);
        assertThat(new RandomFeatures(RandomFeatures.Form.COSINES, 4, 8).draw(3, 2)[0][0])
                .isNotEqualTo(features.draw(3, 2)[0][0]);
    }

    /** Java fixes the numbers of a seed, and models depend on them. */
    @Test
    void aSeedHasTheSameNumbersForever() {
        assertThat(new RandomFeatures(RandomFeatures.Form.EXPONENTIALS, 2, 0).draw(1, 0)[0])
                .containsExactly(0.8025330637390305, -0.9015460884175122);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "elu",
                "elu-flipped",
                "tanh",
                "cosines:8:3",
                "cosines-and-sines:8:-1",
                "exponentials:65536:0"
            })
    void aNameIsReadAsItIsWritten(String name) {
        assertThat(FeatureMap.parse(name).asText()).isEqualTo(name);
    }

    @Test
    void withoutASeedItIsZero() {
        assertThat(FeatureMap.parse("cosines:8").asText()).isEqualTo("cosines:8:0");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "relu",
                "cosines",
                "cosines:",
                "cosines:x",
                "cosines:8:1:2",
                "elu:3",
                "cosines:99999999999",
                "cosines:8:x",
                "\u001b[2J"
            })
    void anotherNameIsRefused(String name) {
        assertThatThrownBy(() -> FeatureMap.parse(name))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("features: expected elu, ")
                .hasMessageNotContaining("\u001b");
    }

    @ParameterizedTest
    @ValueSource(strings = {"cosines:0", "cosines:-1", "cosines:65537", "cosines-and-sines:7"})
    void anotherNumberIsRefused(String name) {
        assertThatThrownBy(() -> FeatureMap.parse(name))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("features: expected ");
    }

    private static double[] estimates(RandomFeatures.Form form) {
        return IntStream.range(0, DRAWS)
                .mapToDouble(seed -> estimate(new RandomFeatures(form, COUNT, seed), X, Y))
                .toArray();
    }

    /** Returns the root of the mean squared error over pairs of vectors and seeds. */
    private static double error(RandomFeatures.Form form, int count) {
        Random random = new Random(5);
        double sum = 0;
        int pairs = 300;
        for (int i = 0; i < pairs; i++) {
            double[] x = random.doubles(3, -0.6, 0.6).toArray();
            double[] y = random.doubles(3, -0.6, 0.6).toArray();
            double difference =
                    estimate(new RandomFeatures(form, count, i), x, y) - kernel(form, x, y);
            sum += difference * difference;
        }
        return Math.sqrt(sum / pairs);
    }

    private static double estimate(RandomFeatures features, double[] x, double[] y) {
        double[][] drawn = features.draw(x.length, 0);
        return dot(features.of(drawn, x), features.of(drawn, y));
    }

    private static double kernel(RandomFeatures.Form form, double[] x, double[] y) {
        if (form == RandomFeatures.Form.EXPONENTIALS) {
            return Math.exp(dot(x, y));
        }
        double square = 0;
        for (int i = 0; i < x.length; i++) {
            square += (x[i] - y[i]) * (x[i] - y[i]);
        }
        return Math.exp(-square / 2);
    }

    private static double dot(double[] x, double[] y) {
        return IntStream.range(0, x.length).mapToDouble(i -> x[i] * y[i]).sum();
    }

    private static double mean(double[] values) {
        return Arrays.stream(values).average().orElseThrow();
    }

    private static double variance(double[] values) {
        double mean = mean(values);
        return Arrays.stream(values).map(value -> (value - mean) * (value - mean)).sum()
                / (values.length - 1);
    }
}
