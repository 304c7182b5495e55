package io.forestage.pipeline;

import io.forestage.pipeline.PipelineOptions.Padding;
import java.util.List;

/**
 * The token ids of one request.
 *
 * @param ids the ids, row by row, as long as each row is
 * @param texts which of the request's texts each row is from
 * @param single whether the request is one text and not a list
 * @param options what is to be made of it
 */
record TokenRows(List<long[]> ids, List<Integer> texts, boolean single, PipelineOptions options) {

    TokenRows {
        ids = List.copyOf(ids);
        texts = List.copyOf(texts);
    }

    int tokens() {
        return ids.stream().mapToInt(row -> row.length).reduce(0, Math::addExact);
    }

    /** The length that a row of a result has where all have one. */
    int paddedLength(Padding padding) {
        return padding == Padding.MAX_LENGTH
                ? options.rows().maxLength()
                : ids.stream().mapToInt(row -> row.length).max().orElse(0);
    }
}
