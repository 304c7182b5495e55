package io.forestage.model;

import java.util.OptionalInt;
import org.jspecify.annotations.Nullable;

/**
 * How the tables of a model folder are loaded.
 *
 * @param positionKind what is added to the tokens' vectors, or null for what config.json says
 * @param randomSeed the seed to draw the tables with if the folder holds no weight file
 * @param freeze true to keep the tables as they are in training, false to fine-tune them
 * @param copy true to read the tables into memory, false to map them where that can be done
 */
public record LoadOptions(
        @Nullable PositionKind positionKind, OptionalInt randomSeed, boolean freeze, boolean copy) {

    /**
     * Gives the options of an inference: everything as the folder says, frozen.
     *
     * @return the options
     */
    public static LoadOptions frozen() {
        return new LoadOptions(null, OptionalInt.empty(), true, false);
    }

    /**
     * Gives the options of a training that goes on from the folder's weights.
     *
     * @return the options
     */
    public static LoadOptions fineTuned() {
        return new LoadOptions(null, OptionalInt.empty(), false, false);
    }

    /**
     * Changes what is added to the tokens' vectors.
     *
     * @param kind the kind of positions
     * @return the new options
     */
    public LoadOptions withPositionKind(PositionKind kind) {
        return new LoadOptions(kind, randomSeed, freeze, copy);
    }

    /**
     * Allows random weights where the folder holds none.
     *
     * @param seed their seed
     * @return the new options
     */
    public LoadOptions withRandomSeed(int seed) {
        return new LoadOptions(positionKind, OptionalInt.of(seed), freeze, copy);
    }

    /**
     * Reads the tables into memory instead of mapping the files, which then may be overwritten, cut
     * or deleted as anyone likes. The price: the tables' whole size in memory for each stage, where
     * mapped ones share the system's memory with every process that uses the file and take only the
     * rows that are used, and the time to read them, where mapping takes milliseconds.
     *
     * @return the new options
     */
    public LoadOptions copied() {
        return new LoadOptions(positionKind, randomSeed, freeze, true);
    }
}
