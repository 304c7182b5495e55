package io.forestage.training.lm;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.index.NDIndex;
import io.forestage.decoder.attention.Attention;
import io.forestage.model.ModelConfig;
import io.forestage.model.PositionKind;
import io.forestage.testing.ParityCase;
import io.forestage.testing.Tolerances;
import io.forestage.training.StepOptions;
import io.forestage.training.TrainingDevices;
import io.forestage.training.session.Examples;
import io.forestage.training.session.NetworkLearner;
import io.forestage.training.session.ParameterRows;
import io.forestage.training.session.StartingModel;
import io.forestage.training.session.TestNetworks;
import java.io.IOException;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.OptionalInt;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;

/** Ten steps of the language model, of two batches each, against PyTorch's losses and tables. */
class LanguageModelParityTest {

    private static final int STEPS = 10;
    private static final int BATCH = 2;
    private static final int CONTEXT = 5;
    private static final int STRIDE = 3;
    private static final int SEED = 7;
    private static final float STANDARD_DEVIATION = 0.02f;

    @Test
    void theSameSeedGivesPyTorchsTablesAndItsCurve() throws IOException {
        ParityCase expected = ParityCase.read("lm-curve");
        ModelConfig config =
                new ModelConfig(
                        expected.shape("wte").get(0),
                        CONTEXT,
                        expected.shape("wte").get(1),
                        0,
                        0.02,
                        PositionKind.LEARNED,
                        OptionalLong.empty(),
                        OptionalInt.empty());
        int[] ids = Arrays.stream(expected.longs("ids")).mapToInt(Math::toIntExact).toArray();
        LanguageModelData.WindowExamples windows =
                LanguageModelData.WindowExamples.of(ids, 0, ids.length, CONTEXT, STRIDE);
        LanguageModelOptions options =
                new LanguageModelOptions(
                        4, CONTEXT, STRIDE, 0.02, 0, 0.1, new StepOptions(BATCH, 2, 1, SEED));
        NDManager manager = NDManager.newBaseManager("PyTorch");
        try (LanguageModelNetwork network =
                LanguageModelNetwork.of(
                        manager, StartingModel.draw(config, manager, SEED), options, 1)) {
            expected.checkSameOperations(
                    "wte",
                    TestNetworks.floats(network.tables().get(0)),
                    STANDARD_DEVIATION * Tolerances.SEEDED_TABLE);
            expected.checkSameOperations(
                    "wpe",
                    TestNetworks.floats(network.tables().get(1)),
                    STANDARD_DEVIATION * Tolerances.SEEDED_TABLE);

            NetworkLearner learner =
                    new NetworkLearner(
                            network.network(),
                            windows,
                            windows,
                            new InOrder(),
                            options.steps(),
                            TrainingDevices.cpu());
            double[] losses = new double[STEPS];
            for (int step = 0; step < STEPS; step++) {
                losses[step] = learner.train(step).loss();
            }

            assertThat(losses)
                    .containsExactly(
                            expected.doubles("losses"), within((double) Tolerances.LM_CURVE));
            expected.checkNear(
                    "last_wte", TestNetworks.floats(network.tables().get(0)), Tolerances.LM_CURVE);
            expected.checkNear(
                    "last_wpe", TestNetworks.floats(network.tables().get(1)), Tolerances.LM_CURVE);
        }
    }

    @Test
    void withBlocksTheCurveIsThatOfTransformersGpt2() throws IOException {
        ParityCase expected = ParityCase.read("lm-blocks-curve");
        ModelConfig config =
                new ModelConfig(
                        expected.shape("wte").get(0),
                        CONTEXT,
                        expected.shape("wte").get(1),
                        0,
                        0.02,
                        PositionKind.LEARNED,
                        OptionalLong.empty(),
                        OptionalInt.empty());
        int[] ids = Arrays.stream(expected.longs("ids")).mapToInt(Math::toIntExact).toArray();
        LanguageModelData.WindowExamples windows =
                LanguageModelData.WindowExamples.of(ids, 0, ids.length, CONTEXT, STRIDE);
        LanguageModelOptions options =
                new LanguageModelOptions(
                                8,
                                CONTEXT,
                                STRIDE,
                                0.02,
                                0,
                                0.1,
                                new StepOptions(BATCH, 2, 1, SEED))
                        .withBlocks(new BlockOptions(2, 2, Attention.softmax()));
        NDManager manager = NDManager.newBaseManager("PyTorch");
        try (LanguageModelNetwork network =
                LanguageModelNetwork.of(
                        manager, StartingModel.draw(config, manager, SEED), options, 1)) {
            NDArray wte = ParameterRows.tableOf(network.stage());
            Map<String, NDArray> blocks = network.blocks().tensors();
            fill(wte, expected.floats("wte"));
            fill(
                    Objects.requireNonNull(network.stage().getPositionalEmbedding())
                            .getParameters()
                            .valueAt(0)
                            .getArray(),
                    expected.floats("wpe"));
            assertThat(blocks).hasSize(2 * 12 + 2);
            blocks.forEach((name, array) -> fill(array, expected.floats(name)));

            NetworkLearner learner =
                    new NetworkLearner(
                            network.network(),
                            windows,
                            windows,
                            new InOrder(),
                            options.steps(),
                            TrainingDevices.cpu());
            double[] losses = new double[STEPS];
            for (int step = 0; step < STEPS; step++) {
                losses[step] = learner.train(step).loss();
            }

            assertThat(losses)
                    .containsExactly(
                            expected.doubles("losses"), within((double) Tolerances.BLOCKS_CURVE));
            expected.checkNear("last_wte", wte.toFloatArray(), Tolerances.BLOCKS_CURVE);
            expected.checkNear(
                    "last_mlp",
                    Objects.requireNonNull(blocks.get("h.1.mlp.c_fc.weight")).toFloatArray(),
                    Tolerances.BLOCKS_CURVE);
        }
    }

    private static void fill(NDArray array, float[] values) {
        try (NDArray target = array.stopGradient();
                NDArray given = array.getManager().create(values, array.getShape())) {
            target.set(new NDIndex().addAllDim(array.getShape().dimension()), given);
        }
    }

    /** The windows as the fixture takes them: one batch after the other. */
    private record InOrder() implements Examples.StepRows {

        @Override
        public long steps() {
            return STEPS;
        }

        @Override
        public List<int[]> batches(long step) {
            int first = (int) step * 2 * BATCH;
            return List.of(new int[] {first, first + 1}, new int[] {first + 2, first + 3});
        }
    }
}
