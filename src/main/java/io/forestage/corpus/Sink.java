package io.forestage.corpus;

import java.io.IOException;
import java.nio.file.Path;

/** Writes embedded lines in one format, to files of a {@link WorkFolder}, which closes them. */
interface Sink {

    /**
     * Writes a line.
     *
     * @param number its number among the lines of all sources, from 1
     */
    void write(long number, EmbeddedLine line) throws IOException;

    /** Is called after each batch; returns whether a run may be resumed from here. */
    default boolean endBatch() throws IOException {
        return true;
    }

    /** Is called before a state is saved, and writes what is needed beside the growing files. */
    default void beforeSave() throws IOException {}

    /** Makes the output of what was written. */
    void finish(Path output) throws IOException;
}
