package io.forestage.pipeline;

import io.forestage.support.Quoted;
import java.util.List;
import java.util.Objects;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** The arrays of a binary body. */
final class IdArrays {

    /** Ids, mask and token types, as DJL's tokenizer makes them of texts. */
    static final int MOST = 3;

    private IdArrays() {}

    /** The ids of a body, without those that its mask hides. */
    static RequestBody toBody(List<IdArray> arrays) {
        IdArray ids =
                arrays.size() == 1 ? arrays.get(0) : find(arrays, List.of("ids", "input_ids"), 0);
        IdArray mask = arrays.size() == 1 ? null : find(arrays, List.of("attention_mask"), 1);
        IdArray types = arrays.size() == 1 ? null : find(arrays, List.of("token_type_ids"), 2);
        List<IdArray> known = Stream.of(ids, mask, types).filter(Objects::nonNull).toList();
        if (ids == null || known.size() < arrays.size()) {
            throw RequestException.malformed(
                    "body: expected the arrays \"ids\" or \"input_ids\" and, if they are padded,"
                            + " \"attention_mask\"; \"token_type_ids\" may be there if all are 0;"
                            + " found "
                            + Quoted.of(arrays.stream().map(IdArray::name).toList().toString()));
        }
        for (IdArray each : known) {
            if (!each.shape().equals(ids.shape())) {
                throw IdArray.problem(
                        each == mask ? "attention_mask" : "token_type_ids",
                        "the shape of the ids, " + ids.shape(),
                        each.shape().toString());
            }
        }
        ids.requireNumbers();
        if (types != null) {
            types.requireZeros();
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
