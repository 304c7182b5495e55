package io.forestage.nn;

import static org.assertj.core.api.Assertions.assertThat;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.index.NDIndex;
import ai.djl.ndarray.types.Shape;
import ai.djl.training.ParameterStore;
import ai.djl.util.PairList;
import io.forestage.testing.Bits;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * A text has the same vectors token by token with a cached past as in one pass. The parameter of a
 * test is its seed.
 */
class PositionalEmbeddingPropertyTest {

    private static final int VOCABULARY = 11;
    private static final int WIDTH = 6;
    private static final int LONGEST = 64;

    private final NDManager manager = NDManager.newBaseManager("PyTorch");

    @AfterEach
    void close() {
        manager.close();
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 20261121})
    void aTokenAtItsOffsetHasTheVectorOfTheWholePass(long seed) {
        Random random = new Random(seed);
        for (PositionalEmbedding positional : embeddings()) {
            Gpt2InputEmbedding block = stage(positional);
            int length = 1 + random.nextInt(LONGEST);
            NDArray ids = ids(random, 3, length);
            NDArray whole = forward(block, new NDList(ids), null);
            for (int t = 0; t < length; t++) {
                PairList<String, Object> past = new PairList<>();
                past.add(Gpt2InputEmbedding.PAST_LENGTH, t);
                NDArray alone = forward(block, new NDList(column(ids, t)), past);

                assertThat(Bits.of(alone))
                        .as("seed %d, %s, token %d of %d", seed, positional, t, length)
                        .isEqualTo(Bits.of(column(whole, t)));
            }
        }
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 20261121})
    void aTokenUnderAGrowingMaskHasTheVectorOfTheWholePass(long seed) {
        Random random = new Random(seed);
        for (PositionalEmbedding positional : embeddings()) {
            Gpt2InputEmbedding block = stage(positional);
            int length = 1 + random.nextInt(LONGEST);
            NDArray ids = ids(random, 3, length);
            NDArray mask = mask(random, 3, length);
            NDArray whole = forward(block, new NDList(ids, mask), null);
            for (int t = 0; t < length; t++) {
                NDArray maskSoFar = mask.get(new NDIndex(":, :" + (t + 1)));
                NDArray alone = forward(block, new NDList(column(ids, t), maskSoFar), null);

                assertThat(Bits.of(alone))
                        .as("seed %d, %s, token %d of %d", seed, positional, t, length)
                        .isEqualTo(Bits.of(column(whole, t)));
            }
        }
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 20261121})
    void aPackedTextHasTheSamePositionsAsAlone(long seed) {
        Random random = new Random(seed);
        int length = 1 + random.nextInt(LONGEST);
        long separator = 3;
        long[] ids = ids(random, 1, length).toLongArray();

        long[] packed =
                PositionIds.packed(manager.create(ids), separator).toArray(manager).toLongArray();

        int begin = 0;
        for (int t = 0; t < length; t++) {
            assertThat(packed[t]).as("seed %d, token %d", seed, t).isEqualTo(t - begin);
            if (ids[t] == separator) {
                begin = t + 1;
            }
        }
    }

    private List<PositionalEmbedding> embeddings() {
        List<PositionalEmbedding> all = new ArrayList<>();
        all.add(
                LearnedPositionalEmbedding.fromPretrained(
                        manager.randomNormal(new Shape(LONGEST, WIDTH)), true));
        for (SinusoidLayout layout : SinusoidLayout.values()) {
            all.add(
                    SinusoidalPositionalEmbedding.builder()
                            .setEmbeddingDim(WIDTH)
                            .optLayout(layout)
                            .optStart(2)
                            .optScale(0.3)
                            .build());
        }
        return all;
    }

    private Gpt2InputEmbedding stage(PositionalEmbedding positional) {
        NDArray wte = manager.randomNormal(new Shape(VOCABULARY, WIDTH));
        return Gpt2InputEmbedding.builder()
                .setTokenEmbedding(TokenEmbedding.fromPretrained(wte, true))
                .optPositionalEmbedding(positional)
                .build();
    }

    private NDArray ids(Random random, int rows, int length) {
        long[] ids = random.longs((long) rows * length, 0, VOCABULARY).toArray();
        return manager.create(ids, new Shape(rows, length));
    }

    private NDArray mask(Random random, int rows, int length) {
        long[] mask = random.longs((long) rows * length, 0, 2).toArray();
        return manager.create(mask, new Shape(rows, length));
    }

    private static NDArray column(NDArray array, int t) {
        return array.get(new NDIndex(":, " + t + ":" + (t + 1)));
    }

    private NDArray forward(
            Gpt2InputEmbedding block, NDList inputs, @Nullable PairList<String, Object> params) {
        return block.forward(new ParameterStore(manager, false), inputs, false, params)
                .singletonOrThrow();
    }
}
