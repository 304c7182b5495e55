package io.forestage.pipeline;

import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The content of a request.
 *
 * @param texts the texts, or null for ids
 * @param ids the rows of ids; none for texts
 * @param single true for one text or row, false for a list
 * @param parameters the parameters of the request
 */
record RequestBody(
        @Nullable List<String> texts, List<long[]> ids, boolean single, Map<String, ?> parameters) {

    static RequestBody ofText(String text) {
        return new RequestBody(Collections.singletonList(text), List.of(), true, Map.of());
    }

    static RequestBody ofTexts(List<String> texts) {
        return new RequestBody(texts, List.of(), false, Map.of());
    }

    static RequestBody ofTexts(String @Nullable [] texts) {
        return ofTexts(listOf(texts, "texts"));
    }

    static RequestBody ofIds(long[] ids) {
        return new RequestBody(null, Collections.singletonList(ids), true, Map.of());
    }

    static RequestBody ofIds(List<long[]> ids) {
        return new RequestBody(null, ids, false, Map.of());
    }

    static RequestBody ofIds(long @Nullable [][] ids) {
        return ofIds(listOf(ids, "ids"));
    }

    RequestBody with(Map<String, ?> given) {
        return new RequestBody(texts, ids, single, given);
    }

    private static <T> List<T> listOf(T @Nullable [] request, String name) {
        if (request == null) {
            throw new IllegalArgumentException(name + ": expected an array, found null");
        }
        return Arrays.asList(request);
    }
}
