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
import ai.djl.nn.SequentialBlock;
import ai.djl.training.GradientCollector;
import ai.djl.training.ParameterStore;
import io.forestage.testing.Bits;
import io.forestage.testing.ParityCase;
import io.forestage.testing.Tolerances;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ResizeAndTieTest {

    private final NDManager manager = NDManager.newBaseManager("PyTorch");

    @AfterEach
    void close() {
        manager.close();
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void theGradientOfATiedTableIsTheSumOfBothUses(boolean sparse) {
        ParityCase expected = ParityCase.read("tied-projection");
        NDArray weight = expected.array(manager, "weight");
        TokenEmbedding embedding =
                TokenEmbedding.builder().optWeight(weight).optSparse(sparse).build();
        SequentialBlock network =
                new SequentialBlock().add(embedding).add(new TiedProjection(embedding));
        network.initialize(manager, DataType.FLOAT32, new Shape(2, 3));
        NDArray logits;
        try (GradientCollector collector = Engine.getInstance().newGradientCollector()) {
            logits = forward(network, expected.array(manager, "ids"), true);
            collector.backward(logits.mul(expected.array(manager, "upstream")).sum());
        }

        assertThat(logits.getShape()).isEqualTo(expected.shape("output"));
        expected.checkSameOperations("output", logits.toFloatArray(), Tolerances.GRADIENT_SUM);
        assertThat(weight.getGradient().isSparse()).isFalse();
        float[] gradient = weight.getGradient().toFloatArray();
        if (sparse) {
            // Each row is added to the projection's gradient; PyTorch's case adds an id's rows
            // first.
            expected.checkNear("weight_gradient", gradient, Tolerances.TIED_GRADIENT);
        } else {
            expected.checkSameOperations("weight_gradient", gradient, Tolerances.TIED_GRADIENT);
        }
    }

    @Test
    void theTiedTableIsListedAndSavedOnce() throws Exception {
        SequentialBlock tied = tiedNetwork();
        assertThat(tied.getParameters()).hasSize(1);
        ByteArrayOutputStream saved = new ByteArrayOutputStream();
        tied.saveParameters(new DataOutputStream(saved));
        SequentialBlock loaded = tiedNetwork();

        loaded.loadParameters(
                manager, new DataInputStream(new ByteArrayInputStream(saved.toByteArray())));

        NDArray ids = manager.create(new long[] {1, 2});
        assertThat(Bits.of(forward(loaded, ids, false)))
                .isEqualTo(Bits.of(forward(tied, ids, false)));
        assertThat(saved.size()).isLessThan(400);
    }

    @Test
    void theReportedShapeIsThatOfTheLogits() {
        SequentialBlock tied = tiedNetwork();

        assertThat(tied.getOutputShapes(new Shape[] {new Shape(2, 4)})[0])
                .isEqualTo(new Shape(2, 4, 5));
        assertThat(forward(tied, manager.ones(new Shape(2, 4), DataType.INT64), false).getShape())
                .isEqualTo(new Shape(2, 4, 5));
    }

    @Test
    void vectorsOfAnotherWidthAreRefused() {
        TokenEmbedding embedding = embedding(5);
        TiedProjection projection = new TiedProjection(embedding);

        assertThatIllegalArgumentException()
                .isThrownBy(() -> forward(projection, manager.ones(new Shape(2, 4)), false))
                .withMessage(
                        "vectors: expected a last dimension of 3, the width of weight (5, 3), found"
                                + " shape (2, 4)");
    }

    @ParameterizedTest
    @ValueSource(longs = {8, 5, 2})
    void aResizeKeepsTheOldRowsToTheBit(long rows) {
        TokenEmbedding embedding = embedding(5);
        float[] before = embedding.weight().toFloatArray();

        embedding.resize(rows, NewRows.zeros());

        assertThat(embedding.getNumEmbeddings()).isEqualTo(rows);
        float[] after = embedding.weight().toFloatArray();
        assertThat(after).hasSize((int) rows * 3);
        for (int i = 0; i < after.length; i++) {
            assertThat(after[i]).isEqualTo(i < before.length ? before[i] : 0f);
        }
        assertThat(embedding.weight().hasGradient()).isTrue();
    }

    @Test
    void newRowsMayBeTheMeanOfTheOldOnes() {
        NDArray weight = manager.create(new float[] {1, 2, 3, 5, 6, 7}, new Shape(2, 3));
        TokenEmbedding embedding = TokenEmbedding.fromPretrained(weight, false);

        embedding.resize(4, NewRows.meanOfOldRows());

        assertThat(embedding.weight().toFloatArray())
                .containsExactly(1, 2, 3, 5, 6, 7, 3, 4, 5, 3, 4, 5);
    }

    @Test
    void newRowsMayBeRandom() {
        TokenEmbedding embedding = embedding(5);

        embedding.resize(4005, NewRows.normal(0.02));

        NDArray drawn = embedding.weight().stopGradient().get("5:");
        assertThat(drawn.square().mean().sqrt().getFloat()).isBetween(0.019f, 0.021f);
        assertThatIllegalArgumentException().isThrownBy(() -> NewRows.normal(-1));
    }

    @Test
    void aResizedTableStaysFrozenAndTied() {
        TokenEmbedding embedding = embedding(5);
        embedding.freeze();
        TiedProjection projection = new TiedProjection(embedding);

        embedding.resize(9, NewRows.zeros());

        assertThat(embedding.isFrozen()).isTrue();
        assertThat(embedding.getParameters().valueAt(0).requiresGradient()).isFalse();
        assertThat(embedding.weight().hasGradient()).isFalse();
        assertThat(forward(projection, manager.ones(new Shape(2, 3)), false).getShape())
                .isEqualTo(new Shape(2, 9));
    }

    @Test
    void aResizeLeavesOnlyTheNewTable() {
        TokenEmbedding embedding = embedding(5);
        int before = manager.getManagedArrays().size();

        embedding.resize(9, NewRows.meanOfOldRows());
        embedding.resize(3, NewRows.zeros());

        assertThat(manager.getManagedArrays()).hasSize(before);
    }

    @Test
    void aResizeBelowThePaddingRowIsRefused() {
        TokenEmbedding embedding =
                TokenEmbedding.builder()
                        .setNumEmbeddings(5)
                        .setEmbeddingDim(3)
                        .optPaddingIdx(3)
                        .build();
        embedding.initialize(manager, DataType.FLOAT32, new Shape(1));

        assertThatIllegalArgumentException()
                .isThrownBy(() -> embedding.resize(3, NewRows.zeros()))
                .withMessage("numEmbeddings: expected at least 4, found 3");
    }

    private SequentialBlock tiedNetwork() {
        TokenEmbedding embedding =
                TokenEmbedding.builder().setNumEmbeddings(5).setEmbeddingDim(3).build();
        SequentialBlock network =
                new SequentialBlock().add(embedding).add(new TiedProjection(embedding));
        network.initialize(manager, DataType.FLOAT32, new Shape(2, 3));
        return network;
    }

    private TokenEmbedding embedding(long rows) {
        TokenEmbedding embedding =
                TokenEmbedding.builder().setNumEmbeddings(rows).setEmbeddingDim(3).build();
        embedding.initialize(manager, DataType.FLOAT32, new Shape(1));
        return embedding;
    }

    private NDArray forward(Block block, NDArray input, boolean training) {
        return block.forward(new ParameterStore(manager, false), new NDList(input), training)
                .singletonOrThrow();
    }
}
