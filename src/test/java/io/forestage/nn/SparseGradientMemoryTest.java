package io.forestage.nn;

import static org.assertj.core.api.Assertions.assertThat;

import ai.djl.engine.Engine;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.Block;
import ai.djl.training.GradientCollector;
import ai.djl.training.ParameterStore;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A sparse gradient does not use the memory of the ids, which may be closed before it. */
class SparseGradientMemoryTest {

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void aSparseGradientOutlivesTheIdsOfItsBatch(boolean isBag) {
        try (NDManager manager = NDManager.newBaseManager("PyTorch")) {
            NDArray table = manager.ones(new Shape(4, 2));
            Block block =
                    isBag
                            ? EmbeddingBag.builder().optWeight(table).optSparse(true).build()
                            : TokenEmbedding.builder().optWeight(table).optSparse(true).build();
            ByteBuffer memory =
                    ByteBuffer.allocateDirect(2 * Long.BYTES).order(ByteOrder.nativeOrder());
            memory.putLong(1).putLong(3).rewind();
            backward(block, manager.create(memory, new Shape(1, 2), DataType.INT64));

            memory.putLong(0, 0).putLong(Long.BYTES, 0);

            NDArray rows = table.getGradient().toDense().sum(new int[] {1});
            assertThat(rows.gt(0).toBooleanArray()).containsExactly(false, true, false, true);
        }
    }

    private static void backward(Block block, NDArray ids) {
        ParameterStore store = new ParameterStore(ids.getManager(), false);
        try (GradientCollector collector = Engine.getInstance().newGradientCollector()) {
            collector.backward(
                    block.forward(store, new NDList(ids), true).singletonOrThrow().sum());
        }
    }
}
