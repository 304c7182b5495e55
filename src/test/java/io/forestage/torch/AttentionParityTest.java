package io.forestage.torch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import ai.djl.engine.Engine;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.training.GradientCollector;
import io.forestage.testing.ParityCase;
import io.forestage.testing.Tolerances;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Compares values and gradients with float64, computed by the definitions with all T × T weights
 * ({@code scripts/fixtures/make-attention-fixtures}), for blocks of several sizes.
 */
class AttentionParityTest {

    private static final int[] BLOCKS = {1, 3, 4, 10, 11, 64};

    private final NDManager manager = NDManager.newBaseManager("PyTorch");
    private final AttentionOperations operations = AttentionOperations.get();

    @AfterEach
    void close() {
        manager.close();
    }

    static Stream<Arguments> itEqualsItsDefinition() {
        List<Arguments> grid = new ArrayList<>();
        for (ParityCase expected : ParityCase.readGrid("attention")) {
            for (int block : BLOCKS) {
                String bandwidth = expected.option("bandwidth");
                if (bandwidth == null || block >= Integer.parseInt(bandwidth) - 1) {
                    grid.add(Arguments.of(expected, block));
                }
            }
        }
        return grid.stream();
    }

    @ParameterizedTest(name = "{0}, blocks of {1}")
    @MethodSource
    void itEqualsItsDefinition(ParityCase expected, int block) {
        List<String> names =
                expected.has("weights")
                        ? List.of("q", "k", "v", "weights")
                        : List.of("q", "k", "v");
        List<NDArray> leaves = new ArrayList<>();
        for (String name : names) {
            NDArray leaf = NativeMemory.copyOf(expected.array(manager, name));
            leaf.setRequiresGradient(true);
            leaves.add(leaf);
        }
        NDArray mask = expected.array(manager, "mask");
        NDArray real = mask.toType(leaves.get(0).getDataType(), true).reshape(2, 1, 11, 1);
        NDArray output;
        try (GradientCollector collector = Engine.getInstance().newGradientCollector()) {
            output = attend(expected, leaves, mask, block);
            collector.backward(output.mul(expected.array(manager, "upstream")).mul(real).sum());
        }

        check(expected, "output", output.mul(real));
        for (int i = 0; i < leaves.size(); i++) {
            check(expected, names.get(i) + "_gradient", leaves.get(i).getGradient());
        }
    }

    private NDArray attend(ParityCase expected, List<NDArray> leaves, NDArray mask, int block) {
        NDArray q = leaves.get(0);
        NDArray k = leaves.get(1);
        NDArray v = leaves.get(2);
        // An array of ones and no mask are the same.
        @Nullable NDArray given = mask.min().getLong() == 1 && block % 2 == 0 ? null : mask;
        switch (Objects.requireNonNull(expected.option("field"))) {
            case "far" -> {
                return far(
                        Objects.requireNonNull(expected.option("features")),
                        expected,
                        q,
                        k,
                        v,
                        given,
                        block);
            }
            case "near" -> {
                return operations.near(q, k, v, given, bandwidth(expected), block);
            }
            default -> {
                NDArray far = null;
                for (String kind :
                        Objects.requireNonNull(expected.option("features")).split(",", -1)) {
                    NDArray next = far(kind, expected, q, k, v, given, block);
                    far = far == null ? next : far.add(next);
                }
                return operations.blend(
                        operations.near(q, k, v, given, bandwidth(expected), block),
                        Objects.requireNonNull(far),
                        leaves.get(3));
            }
        }
    }

    private NDArray far(
            String kind,
            ParityCase expected,
            NDArray q,
            NDArray k,
            NDArray v,
            @Nullable NDArray mask,
            int block) {
        NDArray projection =
                expected.has("projection")
                        ? NativeMemory.copyOf(expected.array(manager, "projection"))
                        : null;
        return operations.far(
                q,
                k,
                v,
                mask,
                new AttentionOperations.Map(AttentionOperations.Kind.valueOf(kind), projection),
                block);
    }

    private static int bandwidth(ParityCase expected) {
        return Integer.parseInt(Objects.requireNonNull(expected.option("bandwidth")));
    }

    private static void check(ParityCase expected, String name, NDArray found) {
        float[] floats = expected.floats(name);
        float largest = 1;
        for (float value : floats) {
            largest = Math.max(largest, Math.abs(value));
        }
        boolean signed = expected.toString().contains("COSINES");
        float tolerance = signed ? Tolerances.SIGNED_ATTENTION : Tolerances.ATTENTION;
        assertThat(found.toFloatArray())
                .as(name)
                .containsExactly(floats, within(tolerance * largest));
    }
}
