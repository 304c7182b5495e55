package io.forestage.model;

import io.forestage.weights.StoredType;
import io.forestage.weights.TableNames;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * How a model is imported.
 *
 * @param force true to replace an existing model
 * @param storedType the element type to write the tables in
 * @param cutPadding true to remove the rows of wte beyond the vocabulary, which llm.c and others
 *     add to reach a multiple of 64 or 128
 * @param sourceName what provenance.json names as the source; null for the source's own name
 * @param tableNames the names under which the tables are looked for
 * @param whole true to keep the transformer blocks too
 */
public record ImportOptions(
        boolean force,
        StoredType storedType,
        boolean cutPadding,
        @Nullable String sourceName,
        TableNames tableNames,
        boolean whole) {

    public ImportOptions {
        Objects.requireNonNull(storedType, "storedType");
        Objects.requireNonNull(tableNames, "tableNames");
    }

    /**
     * Returns the defaults: an existing model is refused, types and rows are kept.
     *
     * @return the options
     */
    public static ImportOptions defaults() {
        return new ImportOptions(false, StoredType.KEEP, false, null, TableNames.known(), false);
    }

    /**
     * Replaces an existing model.
     *
     * @return the new options
     */
    public ImportOptions withForce() {
        return new ImportOptions(true, storedType, cutPadding, sourceName, tableNames, whole);
    }

    /**
     * Changes the type to write.
     *
     * @param type the element type of the tables
     * @return the new options
     */
    public ImportOptions withStoredType(StoredType type) {
        return new ImportOptions(force, type, cutPadding, sourceName, tableNames, whole);
    }

    /**
     * Removes the rows of wte beyond the vocabulary.
     *
     * @return the new options
     */
    public ImportOptions withPaddingCut() {
        return new ImportOptions(force, storedType, true, sourceName, tableNames, whole);
    }

    /**
     * Names the source.
     *
     * @param name the source in provenance.json
     * @return the new options
     */
    public ImportOptions withSourceName(String name) {
        return new ImportOptions(force, storedType, cutPadding, name, tableNames, whole);
    }

    /**
     * Looks for the tables under other names.
     *
     * @param names the names
     * @return the new options
     */
    public ImportOptions withTableNames(TableNames names) {
        return new ImportOptions(force, storedType, cutPadding, sourceName, names, whole);
    }

    /**
     * Keeps the transformer blocks, and a head that is not the token table: the result is a whole
     * GPT-2 as transformers reads it.
     *
     * @return the new options
     */
    public ImportOptions withWhole() {
        return new ImportOptions(force, storedType, cutPadding, sourceName, tableNames, true);
    }
}
