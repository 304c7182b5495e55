package io.forestage.pipeline;

import io.forestage.support.Quoted;
import java.util.List;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/** The arrays of a binary body. */
final class IdArrays {

    private IdArrays() {}

    /** The ids of a body, without those that its mask hides. */
    static RequestBody toBody(List<IdArray> arrays) {
        IdArray ids =
                arrays.size() == 1 ? arrays.get(0) : find(arrays, List.of("ids", "input_ids"), 0);
        IdArray mask = arrays.size() == 2 ? find(arrays, List.of("attention_mask"), 1) : null;
        if (ids == null || arrays.size() > 2 || (arrays.size() == 2 && mask == null)) {
            throw RequestException.malformed(
                    "body: expected the arrays \"ids\" or \"input_ids\" and, if they are padded,"
                            + " \"attention_mask\", found "
                            + Quoted.of(arrays.stream().map(IdArray::name).toList().toString()));
        }
        if (mask != null && !mask.shape().equals(ids.shape())) {
            throw IdArray.problem(
                    "attention_mask",
                    "the shape of the ids, " + ids.shape(),
                    mask.shape().toString());
        }
        if (ids.shape().size() == 1) {
            return RequestBody.ofIds(ids.row(0, mask));
        }
        int rows = ids.shape().get(0).intValue();
        return RequestBody.ofIds(
                IntStream.range(0, rows).mapToObj(row -> ids.row(row, mask)).toList());
    }

    /** An array by its name, or by its place among arrays without names. */
    private static @Nullable IdArray find(List<IdArray> arrays, List<String> names, int place) {
        for (IdArray array : arrays) {
            if (array.name() != null && names.contains(array.name())) {
                return array;
            }
        }
        return arrays.size() > place && arrays.get(place).name() == null ? arrays.get(place) : null;
    }
}
