package io.forestage.corpus;

/** Follows a run. */
@FunctionalInterface
public interface CorpusListener {

    /**
     * Is called after each batch of lines, in the thread that runs the corpus.
     *
     * @param progress how far the run has come
     */
    void advanced(CorpusProgress progress);
}
