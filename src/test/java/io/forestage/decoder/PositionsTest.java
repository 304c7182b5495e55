package io.forestage.decoder;

import static org.assertj.core.api.Assertions.assertThat;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.index.NDIndex;
import ai.djl.ndarray.types.Shape;
import ai.djl.training.ParameterStore;
import io.forestage.decoder.attention.Attention;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Why there are positions: attention takes the tokens before as a set. Without positions their
 * order changes nothing but the rounding of sums.
 */
class PositionsTest {

    /** A change of order moves vectors by more than this, and rounding by less, of the largest. */
    private static final double ROUNDING = 5e-6;

    private static final double CHANGED = 1e-2;

    private static final int TOKENS = 30;

    private final NDManager manager = NDManager.newBaseManager("PyTorch");

    @AfterEach
    void close() {
        manager.close();
    }

    @ParameterizedTest
    @ValueSource(strings = {"softmax", "linear elu", "linear exponentials:32:1"})
    void withoutPositionsABlockDoesNotSeeTheOrder(String attention) {
        TestDecoder model = model(attention, null, 1);

        for (long[] other : otherOrders()) {
            assertThat(apart(model, other)).isLessThan(ROUNDING);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"softmax", "linear elu", "linear exponentials:32:1", "fmm 4 elu"})
    void withPositionsABlockSeesTheOrder(String attention) {
        TestDecoder model = model(attention, TOKENS, 1);

        for (long[] other : otherOrders()) {
            assertThat(apart(model, other)).isGreaterThan(CHANGED);
        }
    }

    /** Its softmax ends where the band does. */
    @ParameterizedTest
    @ValueSource(strings = "fmm 4 elu")
    void theNearFieldSeesWhichTokensAreNear(String attention) {
        TestDecoder model = model(attention, null, 1);
        long[] farSwapped = tokens();
        farSwapped[0] = tokens()[20];
        farSwapped[20] = tokens()[0];
        long[] nearSwapped = tokens();
        nearSwapped[0] = tokens()[TOKENS - 2];
        nearSwapped[TOKENS - 2] = tokens()[0];

        assertThat(apart(model, farSwapped)).isLessThan(ROUNDING);
        assertThat(apart(model, nearSwapped)).isGreaterThan(CHANGED);
    }

    /** A causal block shows each token those before it: what a second block reads has the order. */
    @ParameterizedTest
    @ValueSource(strings = {"softmax", "linear elu"})
    void twoBlocksSeeTheOrderEvenWithoutPositions(String attention) {
        TestDecoder model = model(attention, null, 2);

        for (long[] other : otherOrders()) {
            assertThat(apart(model, other)).isGreaterThan(CHANGED);
        }
    }

    private TestDecoder model(String attention, @Nullable Integer positions, int layers) {
        return TestDecoder.of(manager, Attention.parse(attention), positions, layers, 0);
    }

    /** Tokens that all differ. */
    private static long[] tokens() {
        long[] tokens = new long[TOKENS];
        Arrays.setAll(tokens, i -> (7L * i + 3) % TestDecoder.TOKENS);
        return tokens;
    }

    /** The same tokens with the same last one: backwards, and turned by some places. */
    private static List<long[]> otherOrders() {
        long[] backwards = tokens();
        long[] turned = tokens();
        for (int i = 0; i < TOKENS - 1; i++) {
            backwards[i] = tokens()[TOKENS - 2 - i];
            turned[i] = tokens()[(i + 11) % (TOKENS - 1)];
        }
        return List.of(backwards, turned);
    }

    /** How far the last token's vector is from that in the first order. */
    private double apart(TestDecoder model, long[] other) {
        return DecoderCase.difference(last(model, other), last(model, tokens()));
    }

    private NDArray last(TestDecoder model, long[] ids) {
        NDList vectors =
                model.stage()
                        .forward(
                                new ParameterStore(manager, false),
                                new NDList(manager.create(ids, new Shape(1, ids.length))),
                                false);
        return model.decoder()
                .forward(new ParameterStore(manager, false), vectors, false)
                .singletonOrThrow()
                .get(new NDIndex(":, -1"));
    }
}
