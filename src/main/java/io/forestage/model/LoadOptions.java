package io.forestage.model;

import io.forestage.weights.TableNames;
import java.util.Objects;
import java.util.OptionalInt;
import org.jspecify.annotations.Nullable;

/**
 * How the tables of a model folder are loaded.
 *
 * @param positionKind the positions added to the token vectors, or null for those of config.json
 * @param randomSeed the seed of random tables if the folder has no weight file
 * @param freeze true to exclude the tables from training
 * @param copy true to read the tables into memory, false to map them where possible
 * @param tableNames the names under which the tables are looked for
 * @param forIds true if a tokenizer that cannot be loaded is an error only where it is asked for
 */
public record LoadOptions(
        @Nullable PositionKind positionKind,
        OptionalInt randomSeed,
        boolean freeze,
        boolean copy,
        TableNames tableNames,
        boolean forIds) {

    public LoadOptions {
        Objects.requireNonNull(randomSeed, "randomSeed");
        Objects.requireNonNull(tableNames, "tableNames");
    }

    /**
     * Returns the options for inference: everything by config.json, frozen.
     *
     * @return the options
     */
    public static LoadOptions frozen() {
        return new LoadOptions(null, OptionalInt.empty(), true, false, TableNames.known(), false);
    }

    /**
     * Returns the options for fine-tuning: everything by config.json, trainable.
     *
     * @return the options
     */
    public static LoadOptions fineTuned() {
        return new LoadOptions(null, OptionalInt.empty(), false, false, TableNames.known(), false);
    }

    /**
     * Changes the positions added to the token vectors.
     *
     * @param kind the kind of positions
     * @return the new options
     */
    public LoadOptions withPositionKind(PositionKind kind) {
        return new LoadOptions(kind, randomSeed, freeze, copy, tableNames, forIds);
    }

    /**
     * Allows random weights if the folder has none.
     *
     * @param seed their seed
     * @return the new options
     */
    public LoadOptions withRandomSeed(int seed) {
        return new LoadOptions(
                positionKind, OptionalInt.of(seed), freeze, copy, tableNames, forIds);
    }

    /**
     * Reads the tables into memory instead of mapping the files, which may then be overwritten,
     * truncated or deleted. Each stage then needs the memory of the whole tables and the time to
     * read them. Mapped tables load in milliseconds, need memory only for the rows in use and share
     * it with other processes.
     *
     * @return the new options
     */
    public LoadOptions copied() {
        return new LoadOptions(positionKind, randomSeed, freeze, true, tableNames, forIds);
    }

    /**
     * Looks for the tables under other names.
     *
     * @param names the names
     * @return the new options
     */
    public LoadOptions withTableNames(TableNames names) {
        return new LoadOptions(positionKind, randomSeed, freeze, copy, names, forIds);
    }

    /**
     * Loads a model for ids: a tokenizer that cannot be loaded is an error only when a text or the
     * tokenizer itself is asked for.
     *
     * @return the new options
     */
    public LoadOptions withIdsOnly() {
        return new LoadOptions(positionKind, randomSeed, freeze, copy, tableNames, true);
    }
}
