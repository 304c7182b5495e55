package io.forestage.optim;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import ai.djl.Model;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.Block;
import ai.djl.nn.Parameter;
import ai.djl.nn.SequentialBlock;
import ai.djl.nn.core.Linear;
import ai.djl.training.Trainer;
import ai.djl.training.tracker.Tracker;
import io.forestage.nn.TokenEmbedding;
import io.forestage.testing.Bits;
import io.forestage.testing.ParityCase;
import io.forestage.testing.Tolerances;
import io.forestage.torch.HostMemory;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.util.Arrays;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ParameterGroupsTest {

    private final NDManager manager = NDManager.newBaseManager("PyTorch");

    @AfterEach
    void close() {
        manager.close();
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void clippingByTheGlobalNormEqualsPyTorchs(boolean natively) {
        ParityCase expected = ParityCase.read("optimizer-clip-norm");
        TokenEmbedding table = table(expected.array(manager, "wte"));
        Linear head = Linear.builder().setUnits(3).optBias(false).build();
        SequentialBlock net = new SequentialBlock().add(table).add(head);
        NDArray ids = expected.array(manager, "ids");
        NDArray upstream = expected.array(manager, "upstream");
        try (ParameterGroups groups =
                        ParameterGroups.builder()
                                .setBlock(net)
                                .optGroup(table, sgd(0.5f, natively))
                                .setRest(sgd(0.5f, natively))
                                .optClipNorm(0.5)
                                .build();
                Model model = model(net);
                Trainer trainer = model.newTrainer(BagClassifier.config(groups))) {
            trainer.initialize(ids.getShape());
            try (NDArray weight = array(head).stopGradient()) {
                HostMemory.of(weight).asFloatBuffer().put(expected.floats("head_weight"));
            }
            Trainers.backward(trainer, ids, upstream);
            trainer.step();

            expected.checkNear("last_wte", array(table).toFloatArray(), Tolerances.GRADIENT_SUM);
            expected.checkNear(
                    "last_head_weight", array(head).toFloatArray(), Tolerances.GRADIENT_SUM);
        }
    }

    @Test
    void theNormIsComputedInEveryStep() {
        // All gradients are 1, then 0.001: only the first step is clipped to norm 1.
        Linear head = head();
        try (ParameterGroups groups = clipped(head, 1.0)) {
            float[] start = array(head).toFloatArray();
            update(groups, head, 1f);
            float[] first = array(head).toFloatArray();
            update(groups, head, 0.001f);
            float[] second = array(head).toFloatArray();

            assertThat(start[0] - first[0]).isCloseTo(1 / (float) Math.sqrt(8), within(1e-5f));
            assertThat(first[0] - second[0]).isCloseTo(0.001f, within(1e-6f));
        }
    }

    @Test
    void theNormLeavesOutFrozenParametersUntilTheyAreUnfrozen() {
        Linear head = head();
        Parameter bias = head.getParameters().get("bias");
        try (ParameterGroups groups = clipped(head, 1.0)) {
            bias.freeze(true);
            float before = array(head).toFloatArray()[0];
            update(groups, head, 1f);
            float frozen = before - array(head).toFloatArray()[0];
            bias.freeze(false);
            before = array(head).toFloatArray()[0];
            update(groups, head, 1f);
            float unfrozen = before - array(head).toFloatArray()[0];

            assertThat(frozen).isCloseTo(1 / (float) Math.sqrt(6), within(1e-5f));
            assertThat(unfrozen).isCloseTo(1 / (float) Math.sqrt(8), within(1e-5f));
        }
    }

    @Test
    void aNormThatIsNotFiniteUpdatesNothing() {
        Linear head = head();
        try (ParameterGroups groups = clipped(head, 1.0)) {
            int[] before = Bits.of(array(head));

            assertThatThrownBy(() -> update(groups, head, Float.NaN))
                    .isInstanceOf(IllegalStateException.class)
                    .hasMessageContaining("expected a finite number, found NaN");
            assertThat(Bits.of(array(head))).isEqualTo(before);
        }
    }

    @Test
    void eachGroupHasItsOwnOptimizer() {
        Linear head = head();
        try (ParameterGroups groups =
                ParameterGroups.builder()
                        .setBlock(head)
                        .optGroup((name, parameter) -> name.equals("bias"), sgd(0.25f, false))
                        .setRest(sgd(1f, false))
                        .build()) {
            float weight = array(head).toFloatArray()[0];
            update(groups, head, 1f);

            assertThat(head.getParameters().get("bias").getArray().toFloatArray())
                    .containsOnly(-0.25f);
            assertThat(weight - array(head).toFloatArray()[0]).isCloseTo(1f, within(1e-6f));
        }
    }

    @Test
    void aParameterOfAnotherBlockIsRefused() {
        Linear head = head();
        Linear other = head();
        try (ParameterGroups groups = clipped(head, 1.0)) {
            assertThatThrownBy(() -> update(groups, other, 1f))
                    .isInstanceOf(IllegalStateException.class)
                    .hasMessageContaining("expected one of the block of these groups");
        }
    }

    @Test
    void groupsWithoutABlockOrARestAreRefused() {
        assertThatThrownBy(() -> ParameterGroups.builder().setRest(sgd(1, false)).build())
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("block: expected one, found none");
        assertThatThrownBy(() -> ParameterGroups.builder().setBlock(head()).build())
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("rest: expected one, found none");
    }

    @Test
    void theStatesOfAllGroupsAreReadOrNone() throws IOException {
        Linear head = head();
        try (ParameterGroups groups = adams(head);
                ParameterGroups resumed = adams(head)) {
            update(groups, head, 1f);
            byte[] saved = saved(groups, head);

            byte[] cut = Arrays.copyOf(saved, saved.length - 1);
            byte[] none = saved(resumed, head);
            assertThatThrownBy(() -> resumed.loadState(head, in(cut)))
                    .isInstanceOf(OptimizerStateException.class);
            assertThat(saved(resumed, head)).isEqualTo(none);

            resumed.loadState(head, in(saved));
            assertThat(saved(resumed, head)).isEqualTo(saved);
        }
    }

    private static ParameterGroups adams(Block block) {
        return ParameterGroups.builder()
                .setBlock(block)
                .optGroup((name, parameter) -> name.equals("bias"), RowSparseAdam.builder().build())
                .setRest(RowSparseAdamW.builder().build())
                .build();
    }

    private static ParameterGroups clipped(Block block, double norm) {
        return ParameterGroups.builder()
                .setBlock(block)
                .setRest(sgd(1f, false))
                .optClipNorm(norm)
                .build();
    }

    private static RowSparseSgd sgd(float rate, boolean natively) {
        RowSparseSgd.Builder builder =
                RowSparseSgd.builder().optLearningRateTracker(Tracker.fixed(rate));
        return natively ? builder.optNativeOperations().build() : builder.build();
    }

    /** Weights (2, 3) and a bias (2). */
    private Linear head() {
        Linear head = Linear.builder().setUnits(2).build();
        head.initialize(manager, DataType.FLOAT32, new Shape(1, 3));
        return head;
    }

    private TokenEmbedding table(NDArray weight) {
        return TokenEmbedding.builder().optWeight(weight).optSparse(true).build();
    }

    private Model model(Block net) {
        Model model = Model.newInstance("groups", "PyTorch");
        model.setBlock(net);
        return model;
    }

    /** Does a step with the same value in all gradients, as DJL's parameter server does. */
    private void update(ParameterGroups groups, Block block, float value) {
        for (Parameter parameter : block.getParameters().values()) {
            if (parameter.requiresGradient()) {
                Trainers.setGradient(parameter.getArray(), value);
            }
        }
        for (Parameter parameter : block.getParameters().values()) {
            if (parameter.requiresGradient()) {
                try (NDArray gradient = parameter.getArray().getGradient()) {
                    groups.update(parameter.getId(), parameter.getArray(), gradient);
                }
            }
        }
    }

    private static NDArray array(Block block) {
        return block.getParameters().valueAt(0).getArray();
    }

    private static byte[] saved(ParameterGroups groups, Block block) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        groups.saveState(block, new DataOutputStream(bytes));
        return bytes.toByteArray();
    }

    private static DataInputStream in(byte[] bytes) {
        return new DataInputStream(new ByteArrayInputStream(bytes));
    }
}
