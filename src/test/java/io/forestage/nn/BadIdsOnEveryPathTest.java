package io.forestage.nn;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.djl.Model;
import ai.djl.inference.Predictor;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.Block;
import ai.djl.nn.SequentialBlock;
import ai.djl.training.DefaultTrainingConfig;
import ai.djl.training.GradientCollector;
import ai.djl.training.ParameterStore;
import ai.djl.training.Trainer;
import ai.djl.training.loss.Loss;
import ai.djl.translate.NoopTranslator;
import ai.djl.translate.TranslateException;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** On every path, the error for a bad id has its index, the range and the table. */
class BadIdsOnEveryPathTest {

    private static final String MESSAGE =
            "token ids: found 9 at [0, 1], expected 0 to 4: the rows of wte.weight (5, 3)";

    private final Model model = Model.newInstance("bad-ids", "PyTorch");

    @AfterEach
    void close() {
        model.close();
    }

    static Stream<Block> blocks() {
        return Stream.of(
                embedding(),
                new SequentialBlock().add(embedding()),
                Gpt2InputEmbedding.builder().setTokenEmbedding(embedding()).build(),
                EmbeddingBag.builder()
                        .setNumEmbeddings(5)
                        .setEmbeddingDim(3)
                        .optName("wte.weight")
                        .build());
    }

    @ParameterizedTest
    @MethodSource("blocks")
    void aForwardPassNamesABadId(Block block) {
        NDArray ids = prepare(block);
        ParameterStore store = new ParameterStore(model.getNDManager(), false);

        assertThatThrownBy(() -> block.forward(store, new NDList(ids), false))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage(MESSAGE);
    }

    @ParameterizedTest
    @MethodSource("blocks")
    void aPredictorNamesABadId(Block block) {
        NDArray ids = prepare(block);
        try (Predictor<NDList, NDList> predictor = model.newPredictor(new NoopTranslator(null))) {
            assertThatThrownBy(() -> predictor.predict(new NDList(ids)))
                    .isInstanceOf(TranslateException.class)
                    .cause()
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessage(MESSAGE);
        }
    }

    @ParameterizedTest
    @MethodSource("blocks")
    void aTrainerNamesABadId(Block block) {
        NDArray ids = prepare(block);
        try (Trainer trainer = model.newTrainer(new DefaultTrainingConfig(Loss.l2Loss("l2")))) {
            trainer.initialize(ids.getShape());
            assertThatThrownBy(() -> train(trainer, ids))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessage(MESSAGE);
        }
    }

    private static void train(Trainer trainer, NDArray ids) {
        try (GradientCollector collector = trainer.newGradientCollector()) {
            collector.backward(trainer.forward(new NDList(ids)).singletonOrThrow().sum());
        }
    }

    private NDArray prepare(Block block) {
        NDArray ids = model.getNDManager().create(new long[] {0, 9, 3, 3}, new Shape(2, 2));
        block.initialize(model.getNDManager(), DataType.FLOAT32, ids.getShape());
        model.setBlock(block);
        return ids;
    }

    private static TokenEmbedding embedding() {
        return TokenEmbedding.builder()
                .setNumEmbeddings(5)
                .setEmbeddingDim(3)
                .optName("wte.weight")
                .build();
    }
}
