package io.forestage.nn;

/**
 * The order of a sinusoid's columns and the growth of its wavelengths. The published formulas
 * differ in both, and a model works only with the formula it was trained with.
 *
 * <p>In the formulas i numbers the pairs of a sine and a cosine from 0. The base is 10000 unless
 * {@link SinusoidalPositionalEmbedding.Builder#optBase} sets another.
 */
public enum SinusoidLayout {

    /**
     * Interleaved: PE(pos, 2i) = sin(pos / base^(2i/D)), PE(pos, 2i + 1) = cos(pos / base^(2i/D)).
     *
     * <p>An odd D ends with a sine. Vaswani et al. 2017, "Attention Is All You Need", §3.5;
     * KerasHub's {@code SinePositionEncoding}.
     */
    VASWANI,

    /**
     * Sines before cosines; the last wavelength is 2π · base: PE(pos, i) = sin(pos / base^(i/(D/2 −
     * 1))), PE(pos, D/2 + i) = cos(pos / base^(i/(D/2 − 1))).
     *
     * <p>D/2 rounds down, and an odd D ends with a column of zeros. With a single pair, D = 2 or 3,
     * the divisor is 1 instead of 0, as in tensor2tensor; fairseq divides by zero there.
     * tensor2tensor's {@code get_timing_signal_1d}; fairseq's {@code
     * SinusoidalPositionalEmbedding}; Marian.
     */
    TENSOR2TENSOR,

    /**
     * Sines before cosines; the last wavelength is less than 2π · base: PE(pos, i) = sin(pos /
     * base^(i/(D/2))), PE(pos, D/2 + i) = cos(pos / base^(i/(D/2))).
     *
     * <p>D must be even. x-transformers' {@code ScaledSinusoidalEmbedding}.
     */
    X_TRANSFORMERS;

    /** Returns the number of sines. */
    int pairs(int width) {
        return this == VASWANI ? (width + 1) / 2 : width / 2;
    }

    /** Returns n of the frequency base^(−2i / n) of pair i. */
    int divisor(int width) {
        return this == TENSOR2TENSOR ? 2 * Math.max(width / 2 - 1, 1) : width;
    }

    int sineColumn(int pair) {
        return this == VASWANI ? 2 * pair : pair;
    }

    /** Returns the column of a pair's cosine; {@code width} where an odd width has none. */
    int cosineColumn(int pair, int width) {
        return this == VASWANI ? 2 * pair + 1 : width / 2 + pair;
    }

    boolean supports(long width) {
        return this != X_TRANSFORMERS || width % 2 == 0;
    }
}
