package io.forestage.pipeline;

import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What a body holds.
 *
 * @param texts the texts, or null if it brings ids
 * @param ids the rows of ids, or null if it brings texts
 * @param single whether it is one text or row and not a list
 * @param parameters how it wants them treated
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
