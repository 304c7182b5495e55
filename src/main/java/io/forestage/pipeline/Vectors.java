package io.forestage.pipeline;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDArrays;
import ai.djl.ndarray.NDList;
import io.forestage.Embeddings;
import io.forestage.Pooling;
import java.util.List;
import java.util.stream.IntStream;

/**
 * One request's vectors.
 *
 * @param rows the request
 * @param parts the vectors of its parts; all belong to one manager
 */
record Vectors(TokenRows rows, List<Embeddings> parts) {

    Vectors {
        parts = List.copyOf(parts);
    }

    /** The rows, each (T, D), or (D) if pooled; they belong to the manager of the vectors. */
    List<NDArray> each() {
        if (rows.isPadded()) {
            NDArray all = finish(padded().embeddings());
            return IntStream.range(0, rows.batch().batchSize()).mapToObj(all::get).toList();
        }
        return parts.stream()
                .map(part -> part.embeddings().squeeze(0))
                .map(row -> finish(rows.options().pooling().pool(row)))
                .toList();
    }

    /**
     * The arrays of a result: {@code embeddings}, {@code attention_mask} if there may be pads, and
     * {@code text_index} if a text may have several rows. Without padding, one array for each row.
     */
    NDList arrays() {
        boolean stacked = !rows.single() || rows.options().cutsWindows();
        NDList list = new NDList();
        if (rows.isPadded()) {
            NDArray all = finish(padded().embeddings());
            list.add(named("embeddings", copy(stacked ? all : all.get(0))));
            if (stacked || rows.padding() == PipelineOptions.Padding.MAX_LENGTH) {
                NDArray mask = padded().attentionMask();
                list.add(named("attention_mask", stacked ? mask : mask.get(0)));
            }
        } else if (rows.isPooled()) {
            NDList each = new NDList(each());
            list.add(named("embeddings", stacked ? NDArrays.stack(each) : copy(each.get(0))));
        } else {
            each().forEach(row -> list.add(copy(row)));
        }
        if (rows.options().cutsWindows()) {
            long[] texts =
                    IntStream.range(0, rows.batch().batchSize())
                            .mapToLong(rows.batch()::textIndex)
                            .toArray();
            list.add(named("text_index", parts.get(0).embeddings().getManager().create(texts)));
        }
        return list;
    }

    private Embeddings padded() {
        return parts.get(0);
    }

    private NDArray finish(NDArray vectors) {
        NDArray result = rows.options().normalize() ? Pooling.normalized(vectors) : vectors;
        return result.toType(rows.options().type(), false);
    }

    /** A view would keep the vectors of all other requests in memory. */
    private static NDArray copy(NDArray view) {
        return view.duplicate();
    }

    private static NDArray named(String name, NDArray array) {
        array.setName(name);
        return array;
    }
}
