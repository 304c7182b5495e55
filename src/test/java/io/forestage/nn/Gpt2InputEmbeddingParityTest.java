package io.forestage.nn;

import static org.assertj.core.api.Assertions.assertThat;

import ai.djl.Model;
import ai.djl.engine.Engine;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import ai.djl.training.DefaultTrainingConfig;
import ai.djl.training.GradientCollector;
import ai.djl.training.ParameterStore;
import ai.djl.training.Trainer;
import ai.djl.training.loss.Loss;
import ai.djl.training.optimizer.Optimizer;
import ai.djl.training.tracker.Tracker;
import io.forestage.testing.Bits;
import io.forestage.testing.ParityCase;
import io.forestage.testing.Tolerances;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Compares with {@code wte(input_ids) + wpe(position_ids)} of Hugging Face's GPT2Model. */
class Gpt2InputEmbeddingParityTest {

    private final NDManager manager = NDManager.newBaseManager("PyTorch");

    @AfterEach
    void close() {
        manager.close();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "stage-full",
                "stage-left-padded",
                "stage-right-padded",
                "stage-left-padded-cached-past",
                "stage-full-cached-past"
            })
    void theStageOnABatchWithAMaskEqualsPyTorch(String name) {
        ParityCase expected = ParityCase.read(name);
        NDArray wte = expected.array(manager, "wte");
        NDArray wpe = expected.array(manager, "wpe");
        Gpt2InputEmbedding block = block(wte, wpe);
        NDArray ids = expected.array(manager, "ids");
        NDArray mask = expected.array(manager, "attention_mask");
        NDArray output;
        try (GradientCollector collector = Engine.getInstance().newGradientCollector()) {
            output = forward(block, new NDList(ids, mask), true);
            collector.backward(output.mul(expected.array(manager, "upstream")).sum());
        }

        assertThat(output.getShape()).isEqualTo(expected.shape("output"));
        expected.checkBits("output", output.toFloatArray());
        expected.checkBits("output", forward(block, new NDList(ids, mask), false).toFloatArray());
        expected.checkSameOperations(
                "wte_gradient", wte.getGradient().toFloatArray(), Tolerances.GRADIENT_SUM);
        expected.checkSameOperations(
                "wpe_gradient", wpe.getGradient().toFloatArray(), Tolerances.GRADIENT_SUM);
    }

    @ParameterizedTest
    @ValueSource(strings = {"stage-full", "stage-left-padded", "stage-right-padded"})
    void thePositionsOfAMaskAreThoseOfHuggingFace(String name) {
        ParityCase expected = ParityCase.read(name);
        NDArray mask = expected.array(manager, "attention_mask");
        Shape shape = expected.shape("position_ids");

        NDArray positions =
                PositionIds.fromAttentionMask(mask, shape.get(1)).toArray(manager).broadcast(shape);

        assertThat(positions.toLongArray()).isEqualTo(expected.longs("position_ids"));
    }

    @Test
    void tokenTypesAndVectorsInPlaceOfIdsEqualHuggingFaces() {
        ParityCase expected = ParityCase.read("stage-token-types");
        NDArray wte = expected.array(manager, "wte");
        NDArray wpe = expected.array(manager, "wpe");
        Gpt2InputEmbedding block = block(wte, wpe);
        NDArray ids = expected.array(manager, "ids");
        NDArray types = expected.array(manager, "token_type_ids");
        types.setName(Gpt2InputEmbedding.TOKEN_TYPE_IDS);
        NDArray embeds = expected.array(manager, "inputs_embeds");
        embeds.setName(Gpt2InputEmbedding.INPUTS_EMBEDS);
        int[] given = Bits.of(embeds);
        try (GradientCollector collector = Engine.getInstance().newGradientCollector()) {
            NDArray output = forward(block, new NDList(ids, types), true);
            collector.backward(output.mul(expected.array(manager, "upstream")).sum());
            expected.checkBits("output", output.toFloatArray());
        }

        expected.checkBits("output", forward(block, new NDList(ids, types), false).toFloatArray());
        expected.checkBits(
                "output_of_embeds",
                forward(block, new NDList(embeds, types), false).toFloatArray());
        assertThat(Bits.of(embeds)).as("the caller's vectors").isEqualTo(given);
        expected.checkSameOperations(
                "wte_gradient", wte.getGradient().toFloatArray(), Tolerances.GRADIENT_SUM);
        expected.checkSameOperations(
                "wpe_gradient", wpe.getGradient().toFloatArray(), Tolerances.GRADIENT_SUM);
    }

    @Test
    void tokensMayBeScaledByTheRootOfTheWidth() {
        ParityCase expected = ParityCase.read("stage-token-types");
        NDArray wte = expected.array(manager, "wte");
        Gpt2InputEmbedding block =
                Gpt2InputEmbedding.builder()
                        .setTokenEmbedding(TokenEmbedding.fromPretrained(wte, true))
                        .optPositionalEmbedding(
                                LearnedPositionalEmbedding.fromPretrained(
                                        expected.array(manager, "wpe"), true))
                        .optTokenScale(Math.sqrt((double) wte.getShape().get(1)))
                        .build();

        expected.checkBits(
                "output_scaled",
                forward(block, new NDList(expected.array(manager, "ids")), false).toFloatArray());
    }

    @Test
    void aTrainingCurveUnderDjlsTrainerEqualsPyTorchs() {
        ParityCase expected = ParityCase.read("stage-sgd-curve");
        NDArray wte = expected.array(manager, "wte");
        NDArray wpe = expected.array(manager, "wpe");
        NDArray ids = expected.array(manager, "ids");
        NDArray target = expected.array(manager, "target");
        float[] losses = new float[expected.floats("losses").length];
        try (Model model = Model.newInstance("curve", "PyTorch")) {
            model.setBlock(block(wte, wpe));
            DefaultTrainingConfig config =
                    new DefaultTrainingConfig(Loss.l2Loss("mse", 1f))
                            .optOptimizer(
                                    Optimizer.sgd()
                                            .setLearningRateTracker(Tracker.fixed(0.5f))
                                            .build());
            try (Trainer trainer = model.newTrainer(config)) {
                trainer.initialize(ids.getShape());
                for (int step = 0; step < losses.length; step++) {
                    losses[step] = step(trainer, ids, target);
                }
            }
            expected.checkSameOperations("losses", losses, Tolerances.SGD_CURVE);
            expected.checkSameOperations("last_wte", wte.toFloatArray(), Tolerances.SGD_CURVE);
            expected.checkSameOperations("last_wpe", wpe.toFloatArray(), Tolerances.SGD_CURVE);
        }
    }

    private static float step(Trainer trainer, NDArray ids, NDArray target) {
        float loss;
        try (GradientCollector collector = trainer.newGradientCollector()) {
            NDList output = trainer.forward(new NDList(ids));
            NDArray mean = output.singletonOrThrow().sub(target).square().mean();
            collector.backward(mean);
            loss = mean.getFloat();
        }
        trainer.step();
        return loss;
    }

    private static Gpt2InputEmbedding block(NDArray wte, NDArray wpe) {
        Gpt2InputEmbedding block =
                Gpt2InputEmbedding.builder()
                        .setTokenEmbedding(TokenEmbedding.fromPretrained(wte, false))
                        .optPositionalEmbedding(
                                LearnedPositionalEmbedding.fromPretrained(wpe, false))
                        .optDropout(0f)
                        .build();
        block.initialize(wte.getManager(), wte.getDataType(), new Shape(1, 1));
        return block;
    }

    private NDArray forward(Gpt2InputEmbedding block, NDList inputs, boolean training) {
        return block.forward(new ParameterStore(manager, false), inputs, training)
                .singletonOrThrow();
    }
}
