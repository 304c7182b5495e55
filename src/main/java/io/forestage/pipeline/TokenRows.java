package io.forestage.pipeline;

import io.forestage.pipeline.PipelineOptions.Padding;
import java.util.List;

/**
 * The token ids of one request.
 *
 * @param ids the ids of each row, without pads
 * @param texts the index of each row's text in the request
 * @param single true for one text, false for a list
 * @param options how it is processed
 */
record TokenRows(List<long[]> ids, List<Integer> texts, boolean single, PipelineOptions options) {

    TokenRows {
        ids = List.copyOf(ids);
        texts = List.copyOf(texts);
    }

    int tokens() {
        return ids.stream().mapToInt(row -> row.length).reduce(0, Math::addExact);
    }

    /** The common length of padded rows. */
    int paddedLength(Padding padding) {
        return padding == Padding.MAX_LENGTH
                ? options.rows().maxLength()
                : ids.stream().mapToInt(row -> row.length).max().orElse(0);
    }
}
