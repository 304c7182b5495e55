package io.forestage.corpus;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;

/** Writes embedded lines in one format. */
interface Sink extends AutoCloseable {

    /**
     * Writes a line.
     *
     * @param number its number among the lines of all sources, from 1
     */
    void write(long number, EmbeddedLine line) throws IOException;

    /** Is called after each batch; returns whether a run may be resumed from here. */
    boolean endBatch() throws IOException;

    /** Writes everything to the disk, and returns the size of each file. */
    Map<String, Long> force() throws IOException;

    /** Makes the output of what was written. */
    void finish(Path output) throws IOException;

    @Override
    void close();
}
