package io.forestage.model;

import java.util.OptionalInt;
import org.jspecify.annotations.Nullable;

/**
 * How the tables of a model folder are loaded.
 *
 * @param positionKind what is added to the tokens' vectors, or null for what config.json says
 * @param randomSeed the seed to draw the tables with if the folder holds no weight file
 * @param freeze true to keep the tables as they are in training, false to fine-tune them
 */
public record LoadOptions(
        @Nullable PositionKind positionKind, OptionalInt randomSeed, boolean freeze) {

    /**
     * Gives the options of an inference: everything as the folder says, frozen.
     *
     * @return the options
     */
    public static LoadOptions frozen() {
        return new LoadOptions(null, OptionalInt.empty(), true);
    }

    /**
     * Gives the options of a training that goes on from the folder's weights.
     *
     * @return the options
     */
    public static LoadOptions fineTuned() {
        return new LoadOptions(null, OptionalInt.empty(), false);
    }

    /**
     * Changes what is added to the tokens' vectors.
     *
     * @param kind the kind of positions
     * @return the new options
     */
    public LoadOptions withPositionKind(PositionKind kind) {
        return new LoadOptions(kind, randomSeed, freeze);
    }

    /**
     * Allows random weights where the folder holds none.
     *
     * @param seed their seed
     * @return the new options
     */
    public LoadOptions withRandomSeed(int seed) {
        return new LoadOptions(positionKind, OptionalInt.of(seed), freeze);
    }
}
