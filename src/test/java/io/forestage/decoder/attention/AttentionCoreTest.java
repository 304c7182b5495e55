package io.forestage.decoder.attention;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import ai.djl.engine.Engine;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.index.NDIndex;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.Parameter;
import ai.djl.training.GradientCollector;
import ai.djl.training.ParameterStore;
import io.forestage.testing.Bits;
import io.forestage.testing.Tolerances;
import io.forestage.torch.NativeMemory;
import io.forestage.torch.RowUpdates;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Assertions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What holds for every kind of attention, and what linear attention promises for long texts. */
class AttentionCoreTest {

    private static final int HEADS = 2;
    private static final int WIDTH = 8;

    /** Not a multiple of any block. */
    private static final int TOKENS = 150;

    private final NDManager manager = NDManager.newBaseManager("PyTorch");

    @AfterEach
    void close() {
        manager.close();
    }

    static List<Attention> kinds() {
        return List.of(
                Attention.softmax(),
                Attention.linear(),
                new LinearAttention(FeatureMap.parse("tanh")),
                new LinearAttention(FeatureMap.cosinesAndSines(64, 1)),
                new LinearAttention(FeatureMap.exponentials(32, 1)),
                Attention.fmm(5),
                Attention.fmm(70, PlainFeatures.ELU, PlainFeatures.ELU_FLIPPED));
    }

    @ParameterizedTest
    @MethodSource("kinds")
    void aLaterTokenChangesNoEarlierBit(Attention attention) {
        AttentionCore core = core(attention);
        List<NDArray> heads = heads(TOKENS);
        NDArray all = attend(core, heads, null);

        for (int changed : List.of(1, 63, 64, 100, 149)) {
            List<NDArray> others = new ArrayList<>();
            for (NDArray array : heads) {
                NDArray other = array.duplicate();
                other.set(new NDIndex(":, :, {}:", changed), 3);
                others.add(other);
            }
            NDArray found = attend(core, others, null);

            assertThat(Bits.of(until(found, changed)))
                    .as("the tokens before %d", changed)
                    .isEqualTo(Bits.of(until(all, changed)));
            assertThat(Bits.of(found)).isNotEqualTo(Bits.of(all));
        }
    }

    @ParameterizedTest
    @MethodSource("kinds")
    void aPaddedRowEqualsTheRowAlone(Attention attention) {
        AttentionCore core = core(attention);
        int padding = 67;
        List<NDArray> padded = heads(TOKENS);
        float[] real = new float[2 * TOKENS];
        Arrays.fill(real, 1);
        Arrays.fill(real, 0, padding, 0);
        NDArray mask = manager.create(real, new Shape(2, TOKENS)).toType(DataType.INT64, false);
        List<NDArray> alone =
                padded.stream()
                        .map(array -> array.get(new NDIndex(":1, :, {}:", padding)))
                        .toList();

        for (DataType type : List.of(DataType.INT64, DataType.BOOLEAN)) {
            NDArray found = attend(core, padded, mask.toType(type, false));

            assertThat(Arrays.stream(boxed(found))).allMatch(value -> Float.isFinite(value));
            near(found.get(new NDIndex(":1, :, {}:", padding)), attend(core, alone, null), 1e-5f);
        }
    }

    @ParameterizedTest
    @MethodSource("kinds")
    void oneTokenSeesItself(Attention attention) {
        List<NDArray> one = heads(1);

        // Linear attention adds 1e-6 to the sum that divides, about 0.02 for Fourier features.
        near(attend(core(attention), one, null), one.get(2), 1e-4f);
    }

    @ParameterizedTest
    @MethodSource("kinds")
    void twoPassesHaveTheSameBits(Attention attention) {
        AttentionCore core = core(attention);
        List<NDArray> heads = heads(TOKENS);
        List<int[]> first = null;
        for (int i = 0; i < 4; i++) {
            List<int[]> bits = gradients(core, heads).stream().map(Bits::of).toList();
            first = first == null ? bits : first;
            for (int j = 0; j < bits.size(); j++) {
                assertThat(bits.get(j)).as("pass %d, array %d", i, j).isEqualTo(first.get(j));
            }
        }
    }

    @ParameterizedTest
    @MethodSource("kinds")
    void aPassLeavesOnlyItsResult(Attention attention) {
        AttentionCore core = core(attention);
        try (NDManager step = manager.newSubManager()) {
            List<NDArray> heads = heads(70).stream().peek(array -> array.attach(step)).toList();
            int before = step.getManagedArrays().size();

            attend(core, heads, null);

            assertThat(step.getManagedArrays()).hasSize(before + 1);
        }
    }

    /** All products of 32768 tokens would take 4 GB a head, and minutes. */
    @ParameterizedTest
    @ValueSource(strings = {"linear", "cosines", "fmm"})
    void timeAndMemoryAreLinear(String name) {
        Attention attention =
                switch (name) {
                    case "linear" -> Attention.linear();
                    case "cosines" -> new LinearAttention(FeatureMap.cosinesAndSines(32, 1));
                    default -> Attention.fmm(20);
                };
        List<NDArray> heads = heads(1 << 15);

        Assertions.assertTimeout(
                Duration.ofSeconds(60), () -> gradients(core(attention), heads).clear());
    }

    /** Running sums in float32 must not lose digits over a long text. */
    @Test
    void aLongTextEqualsFloat64() {
        int tokens = 4096;
        List<NDArray> heads = heads(tokens);
        float[] found = attend(core(Attention.linear()), heads, null).toFloatArray();

        double[] expected = linearByRunningSums(heads, tokens);
        for (int i = 0; i < found.length; i++) {
            assertThat((double) found[i])
                    .as("value %d", i)
                    .isCloseTo(expected[i], within((double) Tolerances.ATTENTION));
        }
    }

    @Test
    void positiveFeaturesEstimateSoftmaxAttention() {
        List<NDArray> heads = heads(TOKENS).stream().map(array -> array.mul(0.5f)).toList();
        NDArray softmax = attend(core(Attention.softmax()), heads, null);

        double few = distance(softmax, FeatureMap.exponentials(16, 1), heads);
        double many = distance(softmax, FeatureMap.exponentials(4096, 1), heads);

        assertThat(many).isLessThan(few / 4).isLessThan(0.05);
    }

    @Test
    void theWeightsOfFmmAttentionStartAtAHalfAndStayPositive() {
        AttentionCore core = core(Attention.fmm(3, PlainFeatures.ELU, PlainFeatures.TANH));
        NDArray weights = core.getParameters().get("weights").getArray();

        float[] positive = weights.exp().add(1).log().toFloatArray();

        assertThat(positive).containsExactly(new float[] {.5f, .5f, .25f, .25f}, within(1e-6f));
    }

    @Test
    void optionsOutOfRangeAreRefused() {
        assertThatThrownBy(() -> Attention.fmm(0)).hasMessageContaining("bandwidth: expected ");
        assertThatThrownBy(() -> new FmmAttention(1, List.of()))
                .hasMessageContaining("features: expected at least one feature map");
    }

    private double distance(NDArray softmax, FeatureMap map, List<NDArray> heads) {
        NDArray found = attend(core(new LinearAttention(map)), heads, null);
        return Math.sqrt(found.sub(softmax).square().mean().getFloat());
    }

    private AttentionCore core(Attention attention) {
        AttentionCore core = attention.newCore(1, HEADS, WIDTH);
        Shape shape = new Shape(2, HEADS, 1, WIDTH);
        core.initialize(manager, DataType.FLOAT32, shape, shape, shape);
        return core;
    }

    private List<NDArray> heads(int tokens) {
        Random random = new Random(3);
        List<NDArray> heads = new ArrayList<>();
        for (int i = 0; i < 3; i++) {
            float[] numbers = new float[2 * HEADS * tokens * WIDTH];
            for (int j = 0; j < numbers.length; j++) {
                numbers[j] = (float) random.nextGaussian();
            }
            heads.add(
                    NativeMemory.copyOf(
                            manager.create(numbers, new Shape(2, HEADS, tokens, WIDTH))));
        }
        return heads;
    }

    private NDArray attend(AttentionCore core, List<NDArray> heads, @Nullable NDArray mask) {
        return core.attend(
                new ParameterStore(manager, false),
                heads.get(0),
                heads.get(1),
                heads.get(2),
                mask,
                false);
    }

    /** Returns the output and the gradients of queries, keys, values and parameters. */
    private List<NDArray> gradients(AttentionCore core, List<NDArray> heads) {
        List<NDArray> leaves = new ArrayList<>();
        for (NDArray array : heads) {
            NDArray leaf = array.duplicate();
            leaf.setRequiresGradient(true);
            leaves.add(leaf);
        }
        List<NDArray> results = new ArrayList<>();
        try (GradientCollector collector = Engine.getInstance().newGradientCollector()) {
            NDArray output =
                    core.attend(
                            new ParameterStore(manager, false),
                            leaves.get(0),
                            leaves.get(1),
                            leaves.get(2),
                            null,
                            true);
            collector.backward(output.mul(output).sum());
            results.add(output);
        }
        for (Parameter parameter : core.getParameters().values()) {
            results.add(parameter.getArray().getGradient().duplicate());
            RowUpdates.clearGradient(parameter.getArray());
        }
        leaves.forEach(leaf -> results.add(leaf.getGradient()));
        return results;
    }

    private static double[] linearByRunningSums(List<NDArray> heads, int tokens) {
        float[] q = heads.get(0).toFloatArray();
        float[] k = heads.get(1).toFloatArray();
        float[] v = heads.get(2).toFloatArray();
        double[] output = new double[v.length];
        for (int head = 0; head < 2 * HEADS; head++) {
            double[][] sums = new double[WIDTH][WIDTH + 1];
            for (int t = 0; t < tokens; t++) {
                int at = (head * tokens + t) * WIDTH;
                double[] mean = new double[WIDTH + 1];
                for (int i = 0; i < WIDTH; i++) {
                    for (int j = 0; j <= WIDTH; j++) {
                        sums[i][j] += eluPlusOne(k[at + i]) * (j < WIDTH ? v[at + j] : 1);
                        mean[j] += eluPlusOne(q[at + i]) * sums[i][j];
                    }
                }
                for (int j = 0; j < WIDTH; j++) {
                    output[at + j] = mean[j] / (mean[WIDTH] + 1e-6);
                }
            }
        }
        return output;
    }

    private static double eluPlusOne(double x) {
        return x > 0 ? x + 1 : Math.exp(x);
    }

    private static NDArray until(NDArray array, int token) {
        return array.get(new NDIndex(":, :, :{}", token));
    }

    private static Float[] boxed(NDArray array) {
        float[] values = array.toFloatArray();
        Float[] boxed = new Float[values.length];
        Arrays.setAll(boxed, i -> values[i]);
        return boxed;
    }

    private static void near(NDArray found, NDArray expected, float tolerance) {
        assertThat(found.toFloatArray())
                .containsExactly(expected.toFloatArray(), within(tolerance));
    }
}
