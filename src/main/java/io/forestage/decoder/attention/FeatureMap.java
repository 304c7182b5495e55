package io.forestage.decoder.attention;

import io.forestage.support.Quoted;
import java.util.Locale;

/**
 * A feature map φ of linear attention: a token's weight for another is φ(q) · φ(k) in place of
 * exp(q · k/√d).
 */
public sealed interface FeatureMap permits PlainFeatures, RandomFeatures {

    /** Returns elu(x) + 1, the map of Katharopoulos et al. 2020. */
    static FeatureMap elu() {
        return PlainFeatures.ELU;
    }

    /**
     * Returns √(2/R) cos(wᵀx + b), with w from N(0, 1) and b from 0 to 2π, for x divided by ∜d: the
     * products estimate the Gaussian kernel exp(−‖q − k‖²/(2√d)).
     *
     * <p><b>Source.</b> Rahimi and Recht 2007, <i>Random Features for Large-Scale Kernel
     * Machines</i>, algorithm 1.
     *
     * @param count R, the number of features
     * @param seed chooses w and b, the same on every machine
     */
    static FeatureMap cosines(int count, long seed) {
        return new RandomFeatures(RandomFeatures.Form.COSINES, count, seed);
    }

    /**
     * Returns (cos(wᵀx), sin(wᵀx)) · √(2/R) with R/2 draws of w: the same kernel as {@link
     * #cosines}, whose estimate is exact where q = k.
     *
     * @param count R, an even number
     * @param seed chooses w, the same on every machine
     */
    static FeatureMap cosinesAndSines(int count, long seed) {
        return new RandomFeatures(RandomFeatures.Form.COSINES_AND_SINES, count, seed);
    }

    /**
     * Returns exp(wᵀx − ‖x‖²/2)/√R for x divided by ∜d: the products estimate softmax attention's
     * own exp(q · k/√d), and are positive.
     *
     * <p><b>Source.</b> Choromanski et al. 2021, <i>Rethinking Attention with Performers</i>, lemma
     * 1.
     *
     * @param count R, the number of features
     * @param seed chooses w, the same on every machine
     */
    static FeatureMap exponentials(int count, long seed) {
        return new RandomFeatures(RandomFeatures.Form.EXPONENTIALS, count, seed);
    }

    /**
     * Reads a name: {@code elu}, {@code elu-flipped}, {@code tanh}, {@code cosines:R}, {@code
     * cosines-and-sines:R} or {@code exponentials:R}, the last three also with a seed, as {@code
     * cosines:R:SEED}.
     *
     * @throws IllegalArgumentException for another name or number
     */
    static FeatureMap parse(String name) {
        for (PlainFeatures plain : PlainFeatures.values()) {
            if (plain.name().equals(constant(name))) {
                return plain;
            }
        }
        String[] parts = name.split(":", -1);
        for (RandomFeatures.Form form : RandomFeatures.Form.values()) {
            if (form.name().equals(constant(parts[0]))
                    && (parts.length == 2 || parts.length == 3)) {
                try {
                    long seed = parts.length == 2 ? 0 : Long.parseLong(parts[2]);
                    return new RandomFeatures(form, Integer.parseInt(parts[1]), seed);
                } catch (NumberFormatException e) {
                    break; // not a number, or too large
                }
            }
        }
        throw new IllegalArgumentException(
                "features: expected elu, elu-flipped, tanh, or with a number of features and a seed cosines:R:SEED, cosines-and-sines:R:SEED or exponentials:R:SEED, found %s"
                        .formatted(Quoted.of(name)));
    }

    /** Returns the name that {@link #parse} reads. */
    String asText();

    private static String constant(String name) {
        return name.replace('-', '_').toUpperCase(Locale.ROOT);
    }
}
