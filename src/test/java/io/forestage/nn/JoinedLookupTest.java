package io.forestage.nn;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.index.NDIndex;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.training.GradientCollector;
import ai.djl.training.ParameterStore;
import ai.djl.util.PairList;
import io.forestage.testing.Bits;
import io.forestage.torch.HostMemory;
import io.forestage.torch.JoinedTables;
import java.util.Arrays;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Batches that are large enough for one native call, beside the same tables without it. */
class JoinedLookupTest {

    private static final int VOCABULARY = 7;
    private static final int POSITIONS = 1030;
    private static final int WIDTH = 5;
    private static final int ROWS = 4;
    private static final int LENGTH = 1024;

    private final NDManager manager = NDManager.newBaseManager("PyTorch");
    private final ParameterStore store = new ParameterStore(manager, false);
    private final PairList<String, Object> none = new PairList<>();

    @AfterEach
    void close() {
        manager.close();
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void theBitsAreThoseOfTwoLookupsAndAnAddition(boolean tokensFirst) {
        Blocks blocks = blocks(tokensFirst, true);
        NDArray ids = ids();
        NDArray mask = ids.onesLike();
        mask.set(new NDIndex("1,:300"), 0);
        NDArray perRow = manager.arange(5, LENGTH + 5, 1, DataType.INT64);
        NDArray perToken = ids.mul(3);
        PairList<String, Object> past = new PairList<>();
        past.add(Gpt2InputEmbedding.PAST_LENGTH, 6);

        blocks.requireSameBits(new NDList(ids), none);
        blocks.requireSameBits(new NDList(ids), past);
        blocks.requireSameBits(new NDList(ids.toType(DataType.INT32, true)), none);
        blocks.requireSameBits(new NDList(ids.reshape(2, 2, LENGTH)), none);
        blocks.requireSameBits(new NDList(ids, mask), none);
        blocks.requireSameBits(new NDList(ids, mask, perRow), none);
        blocks.requireSameBits(new NDList(ids, mask, perToken), none);
    }

    @Test
    void aChangeOfATableIsSeen() {
        Blocks blocks = blocks(true, true);
        blocks.requireSameBits(new NDList(ids()), none);

        blocks.tables.first().muli(2);
        blocks.tables.second().addi(1);
        blocks.requireSameBits(new NDList(ids()), none);

        NDArray ids = ids().add(1);
        blocks.joined.getTokenEmbedding().resize(VOCABULARY + 1, NewRows.zeros());
        NDArray table = blocks.joined.getTokenEmbedding().getParameters().valueAt(0).getArray();
        assertThat(blocks.joined.forward(store, new NDList(ids), false).get(0).toFloatArray())
                .isEqualTo(
                        table.get(ids)
                                .add(blocks.tables.second().get(":{}", LENGTH))
                                .toFloatArray());
    }

    @Test
    void aSumOfNegativeZerosStaysNegative() {
        Blocks blocks = blocks(true, true);
        blocks.tables.both().set(new NDIndex(":"), -0f);

        NDArray sum = blocks.requireSameBits(new NDList(ids()), none);
        assertThat(Float.floatToRawIntBits(sum.toFloatArray()[0]))
                .isEqualTo(Float.floatToRawIntBits(-0f));
    }

    @Test
    void gradientsAreRecordedOutsideOfTraining() {
        Blocks blocks = blocks(true, false);
        NDArray table = blocks.tables.first();
        table.setRequiresGradient(true);
        blocks.tables.second().setRequiresGradient(true);

        try (GradientCollector collector = manager.getEngine().newGradientCollector()) {
            collector.backward(
                    blocks.joined
                            .forward(store, new NDList(ids()), false)
                            .singletonOrThrow()
                            .sum());
        }

        assertThat(table.getGradient().sum().getFloat()).isEqualTo(ROWS * LENGTH * WIDTH);
        assertThat(blocks.tables.second().getGradient().sum().getFloat())
                .isEqualTo(ROWS * LENGTH * WIDTH);
    }

    @Test
    void theResultCanBeChangedAndTrainedOn() {
        NDArray vectors = blocks(true, true).joined.forward(store, new NDList(ids()), false).get(0);

        vectors.addi(1);
        vectors.setRequiresGradient(true);
        try (GradientCollector collector = manager.getEngine().newGradientCollector()) {
            collector.backward(vectors.mul(2).sum());
        }

        assertThat(vectors.getGradient().min().getFloat()).isEqualTo(2);
    }

    @Test
    void anIdOrPositionWithoutARowIsNamed() {
        Blocks blocks = blocks(false, true);
        NDArray ids = ids();
        ids.set(new NDIndex("2,1023"), VOCABULARY);
        PairList<String, Object> past = new PairList<>();
        past.add(Gpt2InputEmbedding.PAST_LENGTH, 7);

        assertThatIllegalArgumentException()
                .isThrownBy(() -> blocks.joined.forward(store, new NDList(ids), false))
                .withMessage(
                        "token ids: found 7 at [2, 1023], expected 0 to 6: the rows of weight (7,"
                                + " 5)");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> blocks.joined.forward(store, new NDList(ids()), false, past))
                .withMessageContaining("expected at most 1030 positions in all, found 1031");
    }

    @Test
    void anArrayThatIsNotBothTablesIsRefused() {
        JoinedTables tables = JoinedTables.create(manager, VOCABULARY, POSITIONS, WIDTH);

        assertThatIllegalArgumentException()
                .isThrownBy(
                        () ->
                                builder(tables, true, true)
                                        .optJoinedTables(tables.first(), 0)
                                        .build())
                .withMessage(
                        "joinedTables: expected both tables, (1037, 5), wte at row 0 or 1030, found"
                                + " (7, 5), wte at row 0");
        assertThatIllegalArgumentException()
                .isThrownBy(
                        () -> builder(tables, true, true).optJoinedTables(tables.both(), 7).build())
                .withMessageContaining("wte at row 7");
        NDArray doubles = tables.both().toType(DataType.FLOAT64, true);
        assertThatIllegalArgumentException()
                .isThrownBy(() -> builder(tables, true, true).optJoinedTables(doubles, 0).build())
                .withMessageStartingWith("joinedTables: expected float32, found float64");
    }

    private NDArray ids() {
        return manager.randomInteger(0, VOCABULARY, new Shape(ROWS, LENGTH), DataType.INT64);
    }

    private Blocks blocks(boolean tokensFirst, boolean freeze) {
        JoinedTables tables =
                tokensFirst
                        ? JoinedTables.create(manager, VOCABULARY, POSITIONS, WIDTH)
                        : JoinedTables.create(manager, POSITIONS, VOCABULARY, WIDTH);
        float[] values = manager.randomNormal(tables.both().getShape()).toFloatArray();
        HostMemory.of(tables.both()).asFloatBuffer().put(values);
        return new Blocks(
                tables,
                builder(tables, tokensFirst, freeze)
                        .optJoinedTables(tables.both(), tokensFirst ? 0 : POSITIONS)
                        .build(),
                builder(tables, tokensFirst, freeze).build());
    }

    private static Gpt2InputEmbedding.Builder builder(
            JoinedTables tables, boolean tokensFirst, boolean freeze) {
        NDArray tokens = tokensFirst ? tables.first() : tables.second();
        NDArray positions = tokensFirst ? tables.second() : tables.first();
        return Gpt2InputEmbedding.builder()
                .setTokenEmbedding(TokenEmbedding.fromPretrained(tokens, freeze))
                .optPositionalEmbedding(
                        LearnedPositionalEmbedding.fromPretrained(positions, freeze));
    }

    private final class Blocks {

        final JoinedTables tables;
        final Gpt2InputEmbedding joined;
        final Gpt2InputEmbedding apart;

        Blocks(JoinedTables tables, Gpt2InputEmbedding joined, Gpt2InputEmbedding apart) {
            this.tables = tables;
            this.joined = joined;
            this.apart = apart;
        }

        NDArray requireSameBits(NDList inputs, PairList<String, Object> params) {
            NDArray found = joined.forward(store, inputs, false, params).singletonOrThrow();
            NDArray expected = apart.forward(store, inputs, false, params).singletonOrThrow();
            assertThat(found.getShape()).isEqualTo(expected.getShape());
            assertThat(found.getManager()).isEqualTo(expected.getManager());
            assertThat(Arrays.mismatch(Bits.of(found), Bits.of(expected))).isEqualTo(-1);
            return found;
        }
    }
}
