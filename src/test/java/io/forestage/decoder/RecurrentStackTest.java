package io.forestage.decoder;

import static org.assertj.core.api.Assertions.assertThat;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.index.NDIndex;
import ai.djl.ndarray.types.Shape;
import ai.djl.training.ParameterStore;
import io.forestage.decoder.attention.Attention;
import io.forestage.nn.PositionIds;
import io.forestage.testing.Tolerances;
import java.util.HashSet;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Generation from states: as all computed anew, and each row as alone. */
class RecurrentStackTest {

    private static final int POSITIONS = 200;

    private final NDManager manager = NDManager.newBaseManager("PyTorch");

    @AfterEach
    void close() {
        manager.close();
    }

    /** Softmax, too: its cache has the same contract. */
    @ParameterizedTest
    @ValueSource(strings = {"softmax", "linear elu", "linear exponentials:32:1", "fmm 20 elu,tanh"})
    void furtherTokensHaveTheLogitsOfAllComputedAnew(String attention) {
        TestDecoder model = model(attention);
        long[] ids = TestDecoder.tokens(POSITIONS, 1);
        try (DecoderStack stack = DecoderStack.of(model.decoder(), model.table());
                DecoderState state = stack.start(manager, 1, POSITIONS)) {
            NDArray vectors = vectors(model, ids);
            NDArray anew = stack.logits(vectors);
            int begin = 0;
            for (int count : new int[] {90, 1, 1, 1, 30, 1, 76}) {
                begin += count;
                NDArray next =
                        state.next(
                                vectors.get(new NDIndex(":, {}:{}", begin - count, begin)), null);

                assertThat(state.length()).isEqualTo(begin);
                NDArray expected = anew.get(new NDIndex(":, {}:{}", begin - 1, begin));
                assertThat(next.getShape()).isEqualTo(expected.getShape());
                assertThat(DecoderCase.difference(next, expected))
                        .as("after %d tokens", begin)
                        .isLessThan(Tolerances.RECURRENT_LOGITS);
            }
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"linear elu", "linear exponentials:32:1", "fmm 20 elu,tanh"})
    void rowsOfUnequalLengthsGoOnAsAlone(String attention) {
        TestDecoder model = model(attention);
        List<long[]> rows =
                List.of(
                        TestDecoder.tokens(1, 1),
                        TestDecoder.tokens(37, 2),
                        TestDecoder.tokens(130, 3));

        List<List<Long>> together = model.continued(manager, rows, 60, (row, id) -> {});

        for (int row = 0; row < rows.size(); row++) {
            assertThat(together.get(row)).hasSize(60);
            assertThat(model.continued(manager, rows.subList(row, row + 1), 60, (r, id) -> {}))
                    .containsExactly(together.get(row));
        }
        assertThat(new HashSet<>(together.get(2))).as("tokens that differ").hasSizeGreaterThan(5);
    }

    private TestDecoder model(String attention) {
        return TestDecoder.of(manager, Attention.parse(attention), POSITIONS, 0);
    }

    private NDArray vectors(TestDecoder model, long[] ids) {
        return model.stage()
                .embed(
                        new ParameterStore(manager, false),
                        manager,
                        ids,
                        new Shape(1, ids.length),
                        PositionIds.range(0, ids.length),
                        false);
    }
}
