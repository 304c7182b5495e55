package io.forestage.corpus;

import org.jspecify.annotations.Nullable;

/**
 * A text and its vectors, or why it has none.
 *
 * @param ids the ids that were embedded; none for a text that could not be
 * @param vectors (D), or (T, D) row by row with a vector for each token; none if only ids were
 *     asked for, or for a text that could not be embedded
 * @param cause why it could not be embedded, or null
 */
// A holder of results that nobody compares.
@SuppressWarnings("ArrayRecordComponent")
public record EmbeddedText(long[] ids, float[] vectors, @Nullable IllegalArgumentException cause) {

    /**
     * Returns why the text could not be embedded.
     *
     * @return the problem, without the text's index; null for a text that was embedded
     */
    public @Nullable String problem() {
        return cause == null ? null : TextsEmbedder.problem(cause);
    }
}
