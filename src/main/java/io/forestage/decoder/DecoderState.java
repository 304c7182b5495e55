package io.forestage.decoder;

import ai.djl.ndarray.NDArray;
import org.jspecify.annotations.Nullable;

/** What a decoder remembers of some rows of tokens, to go on with them. */
interface DecoderState extends AutoCloseable {

    /** Returns how many tokens each row has so far, padding among them. */
    int length();

    /**
     * Adds tokens to each row.
     *
     * @param vectors (B, T, D), of the further tokens
     * @param mask (B, length + T), 0 at padding; null without padding
     * @return the logits after the last token, (B, 1, V), in the manager of the vectors
     */
    NDArray next(NDArray vectors, @Nullable NDArray mask);

    @Override
    void close();
}
