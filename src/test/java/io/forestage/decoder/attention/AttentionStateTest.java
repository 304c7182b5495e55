package io.forestage.decoder.attention;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDArrays;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.index.NDIndex;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.training.ParameterStore;
import io.forestage.testing.Tolerances;
import io.forestage.torch.NativeMemory;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Tokens after others have the values of all together, from a state of constant size. */
class AttentionStateTest {

    private static final int HEADS = 2;
    private static final int WIDTH = 8;
    private static final int TOKENS = 150;

    private final NDManager manager = NDManager.newBaseManager("PyTorch");

    @AfterEach
    void close() {
        manager.close();
    }

    static List<Attention> kinds() {
        return List.of(
                Attention.linear(),
                new LinearAttention(FeatureMap.parse("tanh")),
                new LinearAttention(FeatureMap.exponentials(32, 1)),
                Attention.fmm(1),
                Attention.fmm(5),
                Attention.fmm(70, PlainFeatures.ELU, FeatureMap.exponentials(16, 2)),
                Attention.fmm(400));
    }

    /** One by one, and in parts that blocks and the near field do not divide evenly. */
    @ParameterizedTest
    @MethodSource("kinds")
    void partsHaveTheValuesOfAllTogether(Attention attention) {
        for (List<Integer> parts :
                List.of(ones(TOKENS), List.of(TOKENS), List.of(1, 3, 97, 1, 1, 40, 7))) {
            near(inParts(attention, heads(), null, parts), together(attention, heads(), null));
        }
    }

    @ParameterizedTest
    @MethodSource("kinds")
    void aPaddedRowGoesOnAsTheRowAlone(Attention attention) {
        int padding = 67;
        NDArray mask = manager.ones(new Shape(2, TOKENS), DataType.INT64);
        mask.set(new NDIndex("0, :{}", padding), 0);
        List<NDArray> alone =
                heads().stream()
                        .map(array -> array.get(new NDIndex(":1, :, {}:", padding)))
                        .toList();
        List<Integer> parts = new ArrayList<>(List.of(100));
        parts.addAll(ones(50));

        NDArray found = inParts(attention, heads(), mask, parts);

        near(found.get(new NDIndex(":1, :, {}:", padding)), together(attention, alone, null));
        near(
                found.get(new NDIndex("1:")),
                together(attention, heads(), null).get(new NDIndex("1:")));
    }

    /** The sums of cosines that divide may be near 0: a kernel's estimate by many draws is not. */
    @Test
    void fourierFeaturesHaveTheValuesOfAllTogether() {
        Attention attention = new LinearAttention(FeatureMap.cosines(512, 1));
        List<NDArray> heads = heads().stream().map(array -> array.mul(0.3f)).toList();

        NDArray found = inParts(attention, heads, null, ones(TOKENS));

        assertThat(found.toFloatArray())
                .containsExactly(
                        together(attention, heads, null).toFloatArray(),
                        within(Tolerances.SIGNED_ATTENTION));
    }

    /** Parameters that are trained: a graph of all tokens would grow without end. */
    @ParameterizedTest
    @MethodSource("kinds")
    void noGradientsAreRecordedAndNothingIsLeft(Attention attention) {
        List<NDArray> heads = heads();
        heads.forEach(array -> array.setRequiresGradient(true));
        try (NDManager owner = manager.newSubManager()) {
            int before = manager.getManagedArrays().size();
            RecurrentCore core = core(attention);
            int parameters = manager.getManagedArrays().size() - before;
            try (AttentionState state = core.newState(owner)) {
                for (int i = 0; i < 3; i++) {
                    List<NDArray> next = part(heads, i, i + 1);
                    try (NDArray result = attend(state, next, null)) {
                        assertThat(next).allMatch(NDArray::hasGradient);
                        assertThat(result.hasGradient()).isFalse();
                    }
                    next.forEach(NDArray::close);
                }
            }
            assertThat(owner.getManagedArrays()).isEmpty();
            assertThat(manager.getManagedArrays()).hasSize(before + parameters);
        }
    }

    private static List<Integer> ones(int count) {
        Integer[] ones = new Integer[count];
        Arrays.fill(ones, 1);
        return List.of(ones);
    }

    private RecurrentCore core(Attention attention) {
        AttentionCore core = attention.newCore(1, HEADS, WIDTH);
        Shape shape = new Shape(2, HEADS, 1, WIDTH);
        core.initialize(manager, DataType.FLOAT32, shape, shape, shape);
        return (RecurrentCore) core;
    }

    private List<NDArray> heads() {
        Random random = new Random(3);
        List<NDArray> heads = new ArrayList<>();
        for (int i = 0; i < 3; i++) {
            float[] numbers = new float[2 * HEADS * TOKENS * WIDTH];
            for (int j = 0; j < numbers.length; j++) {
                numbers[j] = (float) random.nextGaussian();
            }
            heads.add(
                    NativeMemory.copyOf(
                            manager.create(numbers, new Shape(2, HEADS, TOKENS, WIDTH))));
        }
        return heads;
    }

    private static List<NDArray> part(List<NDArray> heads, int from, int to) {
        return heads.stream()
                .map(array -> array.get(new NDIndex(":, :, {}:{}", from, to)))
                .toList();
    }

    private NDArray together(Attention attention, List<NDArray> heads, @Nullable NDArray mask) {
        return core(attention)
                .attend(
                        new ParameterStore(manager, false),
                        heads.get(0),
                        heads.get(1),
                        heads.get(2),
                        mask,
                        false);
    }

    private NDArray attend(AttentionState state, List<NDArray> heads, @Nullable NDArray mask) {
        return state.attend(
                new ParameterStore(manager, false), heads.get(0), heads.get(1), heads.get(2), mask);
    }

    private NDArray inParts(
            Attention attention, List<NDArray> heads, @Nullable NDArray mask, List<Integer> parts) {
        List<NDArray> results = new ArrayList<>();
        int begin = 0;
        try (AttentionState state = core(attention).newState(manager)) {
            for (int count : parts) {
                int end = begin + count;
                NDArray real = mask == null ? null : mask.get(new NDIndex(":, {}:{}", begin, end));
                results.add(attend(state, part(heads, begin, end), real));
                begin = end;
            }
        }
        return NDArrays.concat(new NDList(results), 2);
    }

    private static void near(NDArray found, NDArray expected) {
        assertThat(found.toFloatArray())
                .containsExactly(expected.toFloatArray(), within(Tolerances.ATTENTION));
    }
}
