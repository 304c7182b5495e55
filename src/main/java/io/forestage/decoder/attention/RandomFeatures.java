package io.forestage.decoder.attention;

import io.forestage.support.OptionCheck;
import java.util.Locale;
import java.util.Random;

/**
 * Random features, whose products estimate a kernel. The numbers drawn depend on the seed alone,
 * and are the same on every machine. They are not trained.
 *
 * @param form the function
 * @param count R, the number of features, 1 to 65536, even for {@link Form#COSINES_AND_SINES}
 * @param seed chooses the numbers
 */
public record RandomFeatures(Form form, int count, long seed) implements FeatureMap {

    private static final int MAX_COUNT = 1 << 16;
    private static final long GOLDEN = 0x9e3779b97f4a7c15L;
    private static final long MIXING = 0xbf58476d1ce4e5b9L;

    /** What is made of the products wᵀx. */
    public enum Form {
        /** √(2/R) cos(wᵀx + b). */
        COSINES,
        /** (cos(wᵀx), sin(wᵀx)) · √(2/R), with R/2 draws of w. */
        COSINES_AND_SINES,
        /** exp(wᵀx − ‖x‖²/2)/√R. */
        EXPONENTIALS
    }

    /**
     * Checks the number of features.
     *
     * @throws IllegalArgumentException if it is out of its range, or odd
     */
    public RandomFeatures {
        OptionCheck.requireFrom1("features", count, MAX_COUNT);
        OptionCheck.require(
                "features",
                "an even number, half of them cosines",
                count,
                form != Form.COSINES_AND_SINES || count % 2 == 0);
    }

    @Override
    public String asText() {
        return "%s:%d:%d"
                .formatted(form.name().toLowerCase(Locale.ROOT).replace('_', '-'), count, seed);
    }

    /**
     * Draws w, and with {@link Form#COSINES} b.
     *
     * @param width d, the length of x
     * @param layer the layer, which draws numbers of its own
     * @return {@code width} rows of w, then the row of b, each of one number for each draw
     */
    public double[][] draw(int width, int layer) {
        long key = (seed + layer * GOLDEN) * MIXING;
        Random random = new Random(key ^ (key >>> 32)); // whose normal numbers use StrictMath
        int draws = form == Form.COSINES_AND_SINES ? count / 2 : count;
        double[][] drawn = new double[form == Form.COSINES ? width + 1 : width][draws];
        for (int i = 0; i < width; i++) {
            for (int j = 0; j < draws; j++) {
                drawn[i][j] = random.nextGaussian();
            }
        }
        for (int j = 0; j < draws && form == Form.COSINES; j++) {
            drawn[width][j] = 2 * Math.PI * random.nextDouble();
        }
        return drawn;
    }

    /**
     * Maps one vector to its features, in double precision and without dividing it by ∜d.
     *
     * @param drawn of {@link #draw} for the vector's length
     * @param vector x
     * @return R features
     */
    public double[] of(double[][] drawn, double... vector) {
        double square = 0;
        for (double value : vector) {
            square += value * value;
        }
        int draws = drawn[0].length;
        double[] features = new double[count];
        for (int j = 0; j < draws; j++) {
            double product = 0;
            for (int i = 0; i < vector.length; i++) {
                product += drawn[i][j] * vector[i];
            }
            switch (form) {
                case COSINES ->
                        features[j] =
                                Math.sqrt(2.0 / count)
                                        * StrictMath.cos(product + drawn[vector.length][j]);
                case COSINES_AND_SINES -> {
                    features[j] = Math.sqrt(2.0 / count) * StrictMath.cos(product);
                    features[draws + j] = Math.sqrt(2.0 / count) * StrictMath.sin(product);
                }
                case EXPONENTIALS ->
                        features[j] = StrictMath.exp(product - square / 2) / Math.sqrt(count);
            }
        }
        return features;
    }
}
