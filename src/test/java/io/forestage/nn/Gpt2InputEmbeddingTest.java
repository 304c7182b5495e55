package io.forestage.nn;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import ai.djl.engine.Engine;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.Block;
import ai.djl.training.GradientCollector;
import ai.djl.training.ParameterStore;
import ai.djl.util.PairList;
import io.forestage.testing.Bits;
import io.forestage.testing.BlockContract;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class Gpt2InputEmbeddingTest implements BlockContract {

    private static final int POSITIONS = 6;

    private final NDManager manager = NDManager.newBaseManager("PyTorch");
    private final Gpt2InputEmbedding block = newBlock();

    @BeforeEach
    void initialize() {
        block.initialize(manager, DataType.FLOAT32, new Shape(1, 1));
    }

    @AfterEach
    void close() {
        manager.close();
    }

    @Override
    public Gpt2InputEmbedding newBlock() {
        return Gpt2InputEmbedding.builder()
                .setTokenEmbedding(tokens(3))
                .optPositionalEmbedding(
                        LearnedPositionalEmbedding.builder()
                                .setNumPositions(POSITIONS)
                                .setEmbeddingDim(3)
                                .build())
                .build();
    }

    @Override
    public NDList inputs(NDManager manager) {
        return new NDList(
                manager.create(new long[] {0, 6, 3, 3}, new Shape(2, 2)),
                manager.create(new long[] {0, 1, 1, 1}, new Shape(2, 2)));
    }

    @Test
    void aTokenAfterACachedPastEqualsItsColumnInAWholePass() {
        NDArray ids = manager.create(new long[] {1, 2, 3, 4, 5, 6, 0, 1}, new Shape(2, 4));
        NDArray whole = forward(new NDList(ids));

        for (int t = 0; t < 4; t++) {
            NDArray token = ids.get(":, {}:{}", t, t + 1);
            NDArray alone = forward(new NDList(token), pastLength(t));
            assertThat(Bits.of(alone)).isEqualTo(Bits.of(whole.get(":, {}:{}", t, t + 1)));
        }
    }

    @Test
    void aMaskOfOnesChangesNothing() {
        NDArray ids = ids(2, 4);

        assertThat(Bits.of(forward(new NDList(ids, ids.onesLike()))))
                .isEqualTo(Bits.of(forward(new NDList(ids))));
    }

    @Test
    void givenPositionsReplaceThoseOfTheMask() {
        NDArray ids = ids(2, 3);
        NDArray positions = manager.create(new long[] {2, 3, 4});

        assertThat(Bits.of(forward(new NDList(ids, ids.zerosLike(), positions))))
                .isEqualTo(Bits.of(forward(new NDList(ids), pastLength(2))));
    }

    @Test
    void aNamedInputHasTheRoleOfItsName() {
        NDArray ids = ids(2, 3);
        NDArray mask = manager.create(new long[] {0, 1, 1, 1, 1, 1}, new Shape(2, 3));
        NDArray positions = manager.create(new long[] {2, 3, 4});
        int[] byPosition = Bits.of(forward(new NDList(ids, mask, positions)));
        int[] byMask = Bits.of(forward(new NDList(ids, mask)));
        NDArray namedMask = named(mask, Gpt2InputEmbedding.ATTENTION_MASK);
        NDArray namedPositions = named(positions, Gpt2InputEmbedding.POSITION_IDS);
        NDArray namedIds = named(ids, Gpt2InputEmbedding.INPUT_IDS);

        assertThat(Bits.of(forward(new NDList(ids, namedPositions)))).isEqualTo(byPosition);
        assertThat(Bits.of(forward(new NDList(namedPositions, namedMask, namedIds))))
                .isEqualTo(byPosition);
        assertThat(Bits.of(forward(new NDList(namedMask, ids, positions)))).isEqualTo(byPosition);
        assertThat(Bits.of(forward(new NDList(namedMask, ids)))).isEqualTo(byMask);
        assertThat(byMask).isNotEqualTo(byPosition);
    }

    @Test
    void inputsThatContradictEachOtherByNameAreRefused() {
        NDArray ids = ids(2, 3);
        NDArray vectors = named(forward(new NDList(ids)), Gpt2InputEmbedding.INPUTS_EMBEDS);
        NDArray namedIds = named(ids, Gpt2InputEmbedding.INPUT_IDS);
        NDArray mask = named(ids.onesLike(), Gpt2InputEmbedding.ATTENTION_MASK);

        assertThatIllegalArgumentException()
                .isThrownBy(() -> forward(new NDList(namedIds, vectors)))
                .withMessageContaining("inputs_embeds in place of the ids; found 2 arrays:")
                .withMessageContaining("input_ids (2, 3), inputs_embeds (2, 3, 3)");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> forward(new NDList(ids, mask, mask)))
                .withMessage("inputs: expected one array named attention_mask, found two");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> forward(new NDList(mask)))
                .withMessageContaining("found 1 arrays: attention_mask (2, 3)");
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void givenVectorsAndTheResultAreNeverTheSameArray(boolean training) {
        Gpt2InputEmbedding tokensOnly =
                Gpt2InputEmbedding.builder().setTokenEmbedding(tokens(3)).optDropout(0).build();
        tokensOnly.initialize(manager, DataType.FLOAT32, new Shape(1, 1));
        NDArray vectors = manager.create(new float[] {1, 2, 3}, new Shape(1, 1, 3));
        vectors.setRequiresGradient(true);
        vectors.setName(Gpt2InputEmbedding.INPUTS_EMBEDS);
        try (GradientCollector collector = Engine.getInstance().newGradientCollector()) {
            NDArray result =
                    tokensOnly
                            .forward(
                                    new ParameterStore(manager, false),
                                    new NDList(vectors),
                                    training)
                            .singletonOrThrow();
            collector.backward(result.mul(manager.create(new float[] {4, 5, 6})).sum());

            assertThat(vectors.getGradient().toFloatArray()).containsExactly(4, 5, 6);
            try (NDArray same = result.stopGradient()) {
                same.addi(1);
            }
            assertThat(vectors.toFloatArray()).containsExactly(1, 2, 3);
            vectors.close();
            assertThat(result.toFloatArray()).containsExactly(2, 3, 4);
        }
    }

    @Test
    void aSingleRowNeedsNoBatch() {
        assertThat(forward(new NDList(manager.create(new long[] {1, 2}))).getShape())
                .isEqualTo(new Shape(2, 3));
    }

    @Test
    void zeroTokensBecomeZeroVectors() {
        NDArray ids = manager.create(new long[0], new Shape(2, 0));

        assertThat(forward(new NDList(ids)).getShape()).isEqualTo(new Shape(2, 0, 3));
        assertThat(forward(new NDList(ids, ids)).getShape()).isEqualTo(new Shape(2, 0, 3));
    }

    @Test
    void idsOnTheHostGiveWhatTheirArrayGives() {
        long[] positions = {0, 0, 1, 0, 1, 2};
        Shape shape = new Shape(2, 3);
        ParameterStore store = new ParameterStore(manager, false);
        NDArray result =
                block.embed(
                        store,
                        manager,
                        new long[] {4, 2, 1, 3, 0, 2},
                        shape,
                        PositionIds.of(positions, shape),
                        false);

        NDArray ids = manager.create(new long[] {4, 2, 1, 3, 0, 2}, shape);
        NDArray mask = manager.create(new long[] {0, 1, 1, 1, 1, 1}, shape);
        assertThat(Bits.of(result)).isEqualTo(Bits.of(forward(new NDList(ids, mask))));
    }

    @Test
    void idsOnTheHostAreCheckedThere() {
        ParameterStore store = new ParameterStore(manager, false);
        Shape shape = new Shape(2, 2);

        assertThatIllegalArgumentException()
                .isThrownBy(
                        () ->
                                block.embed(
                                        store,
                                        manager,
                                        new long[] {1, 2, 99, 0},
                                        shape,
                                        PositionIds.range(0, 2),
                                        false))
                .withMessageContaining("token ids: found 99 at [1, 0], expected 0 to ");
        assertThatIllegalArgumentException()
                .isThrownBy(
                        () ->
                                block.embed(
                                        store,
                                        manager,
                                        new long[] {1, 2, 0},
                                        shape,
                                        PositionIds.range(0, 2),
                                        false))
                .withMessage("token ids: expected the 4 values of shape (2, 2), found 3");
    }

    @Test
    void positionsMayAddNothing() {
        Gpt2InputEmbedding tokensOnly =
                Gpt2InputEmbedding.builder().setTokenEmbedding(tokens(3)).build();
        tokensOnly.initialize(manager, DataType.FLOAT32, new Shape(1, 1));
        NDArray ids = ids(1, 3);
        ParameterStore store = new ParameterStore(manager, false);

        assertThat(Bits.of(tokensOnly.forward(store, new NDList(ids), false).get(0)))
                .isEqualTo(
                        Bits.of(
                                tokensOnly
                                        .getTokenEmbedding()
                                        .forward(store, new NDList(ids), false)
                                        .get(0)));
    }

    @Test
    void inferenceNeverChangesATable() {
        int[] before = Bits.of(block.getParameters().valueAt(0).getArray());

        forward(new NDList(ids(2, 4)));

        assertThat(Bits.of(block.getParameters().valueAt(0).getArray())).isEqualTo(before);
    }

    @Test
    void dropoutIsAppliedInTrainingOnly() {
        NDList ids = new NDList(manager.zeros(new Shape(50, 6), DataType.INT64));
        ParameterStore store = new ParameterStore(manager, false);

        NDArray trained = block.forward(store, ids, true).singletonOrThrow();

        assertThat(trained.eq(0).toType(DataType.FLOAT32, false).mean().getFloat())
                .isBetween(0.05f, 0.15f);
        assertThat(forward(ids).eq(0).any().getBoolean()).isFalse();
    }

    @Test
    void aSequenceLongerThanThePositionsIsRefused() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> forward(new NDList(ids(1, 7))))
                .withMessageContaining("expected at most 6 positions in all, found 7");
    }

    @Test
    void aMaskOfOtherValuesIsRefused() {
        NDArray ids = ids(1, 3);
        assertThatIllegalArgumentException()
                .isThrownBy(
                        () ->
                                forward(
                                        new NDList(
                                                ids,
                                                manager.create(
                                                        new long[] {1, 2, 1}, new Shape(1, 3)))))
                .withMessage(
                        "attention mask: found 2 at [0, 1], expected 0 to 1: 0 marks a pad, 1 a"
                                + " token");
    }

    @Test
    void aMaskOfAnotherShapeIsRefused() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> forward(new NDList(ids(2, 3), ids(1, 3))))
                .withMessageContaining("attention mask: expected shape (2, 3)")
                .withMessageContaining("found (1, 3)");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> forward(new NDList(ids(2, 3), ids(2, 2))))
                .withMessageContaining("found (2, 2)");
    }

    @Test
    void aMaskThatContradictsTheCachedPastIsRefused() {
        NDArray ids = ids(1, 3);
        assertThatIllegalArgumentException()
                .isThrownBy(() -> forward(new NDList(ids, ids.onesLike()), pastLength(2)))
                .withMessageContaining("longer by the cached past of 2");
    }

    @Test
    void positionsOfAnotherShapeAreRefused() {
        NDArray ids = ids(2, 3);
        assertThatIllegalArgumentException()
                .isThrownBy(() -> forward(new NDList(ids, ids.onesLike(), ids(1, 2))))
                .withMessage("position ids: expected shape (2, 3) or (3), found (1, 2)");
    }

    @Test
    void tokenTypesOfAnotherShapeAreRefused() {
        NDArray types = ids(1, 3);
        types.setName(Gpt2InputEmbedding.TOKEN_TYPE_IDS);
        assertThatIllegalArgumentException()
                .isThrownBy(() -> forward(new NDList(ids(2, 3), types)))
                .withMessage("token type ids: expected shape (2, 3), found (1, 3)");
    }

    @Test
    void vectorsOfAnotherWidthAreRefused() {
        NDArray vectors = manager.ones(new Shape(2, 3, 4));
        vectors.setName(Gpt2InputEmbedding.INPUTS_EMBEDS);
        assertThatIllegalArgumentException()
                .isThrownBy(() -> forward(new NDList(vectors)))
                .withMessage("inputs_embeds: expected vectors of width 3, found shape (2, 3, 4)");
    }

    @Test
    void aTrainingPassLeavesOnlyItsOutput() {
        NDArray ids = ids(2, 3);
        NDManager batch = ids.getManager();
        int before = batch.getManagedArrays().size();

        NDArray output =
                block.forward(new ParameterStore(manager, false), new NDList(ids), true)
                        .singletonOrThrow();

        assertThat(batch.getManagedArrays()).hasSize(before + 1).contains(output);
    }

    @Test
    void aNegativePastIsRefused() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> forward(new NDList(ids(1, 2)), pastLength(-1)))
                .withMessageContaining("past_length: expected a whole number of tokens");
    }

    @Test
    void theSumOfTwoTypesHasTheWiderTypeInTrainingAndInference() {
        NDArray narrow = manager.ones(new Shape(4, 3), DataType.FLOAT16);
        NDArray wide = manager.ones(new Shape(4, 3));
        Gpt2InputEmbedding mixed =
                Gpt2InputEmbedding.builder()
                        .setTokenEmbedding(TokenEmbedding.fromPretrained(narrow, true))
                        .optPositionalEmbedding(
                                LearnedPositionalEmbedding.fromPretrained(wide, true))
                        .build();
        for (boolean training : new boolean[] {false, true}) {
            NDArray output =
                    mixed.forward(
                                    new ParameterStore(manager, false),
                                    new NDList(ids(1, 2)),
                                    training)
                            .singletonOrThrow();
            assertThat(output.getDataType()).isEqualTo(DataType.FLOAT32);
        }
    }

    @Test
    void aWrongNumberOfInputsIsRefused() {
        NDArray ids = ids(1, 2);
        assertThatIllegalArgumentException()
                .isThrownBy(() -> forward(new NDList(ids, ids, ids, ids)))
                .withMessageContaining("found 4 arrays");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> forward(new NDList(manager.create(1L))))
                .withMessageContaining("found a scalar");
    }

    @Test
    void differentWidthsAreRefused() {
        assertThatIllegalArgumentException()
                .isThrownBy(
                        () ->
                                Gpt2InputEmbedding.builder()
                                        .setTokenEmbedding(tokens(4))
                                        .optPositionalEmbedding(
                                                SinusoidalPositionalEmbedding.builder()
                                                        .setEmbeddingDim(3)
                                                        .build())
                                        .build())
                .withMessageContaining("expected the width of the token embedding, 4, found 3");
    }

    @Test
    void aDropoutRateOutOfRangeIsRefused() {
        for (float rate : new float[] {-0.1f, 1f, Float.NaN}) {
            assertThatIllegalArgumentException()
                    .isThrownBy(
                            () ->
                                    Gpt2InputEmbedding.builder()
                                            .setTokenEmbedding(tokens(3))
                                            .optDropout(rate)
                                            .build())
                    .withMessageContaining("found " + rate);
        }
    }

    private static TokenEmbedding tokens(long width) {
        return TokenEmbedding.builder().setNumEmbeddings(7).setEmbeddingDim(width).build();
    }

    private NDArray ids(long rows, long length) {
        return manager.ones(new Shape(rows, length), DataType.INT64);
    }

    private static PairList<String, Object> pastLength(int tokens) {
        PairList<String, Object> params = new PairList<>();
        params.add(Gpt2InputEmbedding.PAST_LENGTH, tokens);
        return params;
    }

    private NDArray forward(NDList inputs) {
        return forward(inputs, new PairList<>());
    }

    private NDArray forward(NDList inputs, PairList<String, Object> params) {
        Block asBlock = block;
        return asBlock.forward(new ParameterStore(manager, false), inputs, false, params)
                .singletonOrThrow();
    }

    private static NDArray named(NDArray array, String name) {
        NDArray view = array.reshape(array.getShape());
        view.setName(name);
        return view;
    }
}
