package io.forestage.decoder.attention;

import java.util.Locale;

/**
 * Feature maps of each element for itself, all of them positive.
 *
 * <p><b>Source.</b> Katharopoulos et al. 2020, <i>Transformers are RNNs</i>, equation 7; Nguyen et
 * al. 2021, <i>FMMformer</i>, section 3.2, for the two others.
 */
public enum PlainFeatures implements FeatureMap {
    /** elu(x) + 1. */
    ELU,
    /** elu(−x) + 1. */
    ELU_FLIPPED,
    /** tanh(x) + 1. */
    TANH;

    @Override
    public String asText() {
        return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }
}
