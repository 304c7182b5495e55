package io.forestage.pipeline;

import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The content of a body.
 *
 * @param texts the texts, or null for ids
 * @param ids the rows of ids, or null for texts
 * @param single true for one text or row, false for a list
 * @param parameters the parameters of the request
 */
record RequestBody(
        @Nullable List<String> texts,
        @Nullable List<long[]> ids,
        boolean single,
        Map<String, ?> parameters) {

    static RequestBody ofText(String text) {
        return new RequestBody(List.of(text), null, true, Map.of());
    }

    static RequestBody ofTexts(List<String> texts) {
        return new RequestBody(texts, null, false, Map.of());
    }

    static RequestBody ofIds(long[] ids) {
        return new RequestBody(null, List.of(ids), true, Map.of());
    }

    static RequestBody ofIds(List<long[]> ids) {
        return new RequestBody(null, ids, false, Map.of());
    }

    RequestBody with(Map<String, ?> given) {
        return new RequestBody(texts, ids, single, given);
    }
}
