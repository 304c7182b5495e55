package io.forestage;

import static org.assertj.core.api.Assertions.assertThat;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Rows of several lengths, pooled shortest first and returned as they were given. */
class RowBatchTest {

    private static final List<long[]> ROWS =
            List.of(
                    new long[] {10, 20, 60},
                    new long[0],
                    new long[] {7},
                    new long[] {1, 2, 6},
                    new long[] {4, 8},
                    new long[0]);

    private final NDManager manager = NDManager.newBaseManager("PyTorch");
    private final List<long[]> asked = new ArrayList<>();

    @AfterEach
    void close() {
        manager.close();
    }

    @Test
    void eachRowHasTheMeanOfItsOwnTokensAndPositions() {
        assertThat(pooled(Pooling.MEAN))
                .isDeepEqualTo(new float[][] {{30, 1}, {0, 0}, {7, 0}, {3, 1}, {6, 0.5f}, {0, 0}});
        assertThat(asked.get(0)).containsExactly(7, 4, 8, 10, 20, 60, 1, 2, 6);
    }

    @Test
    void onlyTheLastTokenIsEmbeddedForIt() {
        assertThat(pooled(Pooling.LAST))
                .isDeepEqualTo(new float[][] {{60, 2}, {0, 0}, {7, 0}, {6, 2}, {8, 1}, {0, 0}});
        assertThat(asked.get(0)).containsExactly(7, 8, 60, 6);
    }

    private float[][] pooled(Pooling pooling) {
        RowBatch batch = new RowBatch(ROWS);
        NDArray pooled = batch.pool(manager, this::vectors, pooling);
        assertThat(pooled.getShape()).isEqualTo(new Shape(4, 2));
        float[] values = pooled.toFloatArray();
        float[][] vectors = new float[ROWS.size()][];
        for (int i = 0; i < vectors.length; i++) {
            vectors[i] = batch.vector(i, values, 2);
        }
        return vectors;
    }

    /** A token's vector is its id and its position. */
    private NDArray vectors(NDManager owner, long[] ids, long[] positions, Shape shape) {
        asked.add(ids);
        float[] values = new float[2 * ids.length];
        for (int i = 0; i < ids.length; i++) {
            values[2 * i] = ids[i];
            values[2 * i + 1] = positions[i];
        }
        return owner.create(values, shape.add(2));
    }
}
