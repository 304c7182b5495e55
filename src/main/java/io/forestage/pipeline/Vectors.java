package io.forestage.pipeline;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDArrays;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.index.NDIndex;
import ai.djl.ndarray.types.Shape;
import io.forestage.pipeline.PipelineOptions.Padding;
import io.forestage.pipeline.PipelineOptions.Pooling;
import io.forestage.tokens.PaddingSide;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * One request's vectors.
 *
 * @param rows the request
 * @param packed the vectors of its tokens (N, D), row after row
 */
record Vectors(TokenRows rows, NDArray packed) {

    private static final double MIN_NORM = 1e-12;

    /** The rows, each (T, D), or (D) if pooled; they belong to the manager of the vectors. */
    List<NDArray> each(Padding padding) {
        List<NDArray> results = new ArrayList<>();
        int begin = 0;
        for (long[] ids : rows.ids()) {
            NDArray own = packed.get(new NDIndex().addSliceDim(begin, begin + ids.length));
            NDArray result = finish(rows.options().pooling().pool(own));
            results.add(isPooled() ? result : pad(result, padding));
            begin += ids.length;
        }
        return results;
    }

    /**
     * The arrays of a result: {@code embeddings}, {@code attention_mask} if there may be pads, and
     * {@code text_index} if a text may have several rows. Without padding, one array for each row.
     */
    NDList arrays() {
        Padding padding = rows.options().paddingOr(Padding.LONGEST);
        List<NDArray> each = each(padding);
        NDList list = new NDList();
        if (!isPooled() && padding == Padding.NONE) {
            each.forEach(row -> list.add(row.duplicate()));
        } else {
            boolean stacked = !rows.single() || rows.options().cutsWindows();
            // A view would keep the vectors of all other requests in memory.
            NDArray all = stacked ? NDArrays.stack(new NDList(each)) : each.get(0).duplicate();
            list.add(named("embeddings", all));
            if (!isPooled() && (stacked || padding == Padding.MAX_LENGTH)) {
                list.add(named("attention_mask", mask(padding, stacked)));
            }
        }
        if (rows.options().cutsWindows()) {
            long[] texts = rows.texts().stream().mapToLong(Integer::longValue).toArray();
            list.add(named("text_index", packed.getManager().create(texts)));
        }
        return list;
    }

    private boolean isPooled() {
        return rows.options().pooling() != Pooling.NONE;
    }

    private NDArray finish(NDArray vectors) {
        NDArray result = vectors;
        if (rows.options().normalize()) {
            NDArray lengths = result.square().sum(new int[] {-1}, true).sqrt();
            result = result.div(lengths.maximum(MIN_NORM));
        }
        return result.toType(rows.options().type(), false);
    }

    /** Pads are zeros. */
    private NDArray pad(NDArray row, Padding padding) {
        long missing = rows.paddedLength(padding) - row.getShape().get(0);
        if (padding == Padding.NONE || missing == 0) {
            return row;
        }
        NDArray zeros =
                row.getManager()
                        .zeros(new Shape(missing, row.getShape().get(1)), row.getDataType());
        return isLeft() ? zeros.concat(row) : row.concat(zeros);
    }

    private NDArray mask(Padding padding, boolean stacked) {
        int length = rows.paddedLength(padding);
        long[] mask = new long[Math.multiplyExact(rows.ids().size(), length)];
        for (int row = 0; row < rows.ids().size(); row++) {
            int tokens = rows.ids().get(row).length;
            int begin = row * length + (isLeft() ? length - tokens : 0);
            Arrays.fill(mask, begin, begin + tokens, 1);
        }
        NDManager manager = packed.getManager();
        Shape shape = stacked ? new Shape(rows.ids().size(), length) : new Shape(length);
        return manager.create(mask, shape);
    }

    private boolean isLeft() {
        return rows.options().rows().paddingSide() == PaddingSide.LEFT;
    }

    private static NDArray named(String name, NDArray array) {
        array.setName(name);
        return array;
    }
}
