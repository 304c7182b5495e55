package io.forestage.optim;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.training.tracker.ParameterTracker;
import io.forestage.testing.ParityCase;
import io.forestage.testing.Tolerances;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Compares weights and state after 1, 2, 10 and 50 steps with {@code torch.optim}. */
class OptimizerParityTest {

    private static final List<Integer> REPORTED = List.of(1, 2, 10, 50);

    private final NDManager manager = NDManager.newBaseManager("PyTorch");

    @AfterEach
    void close() {
        manager.close();
    }

    static Stream<Arguments> casesOnBothWays() {
        return Stream.of("optimizer-grid", "optimizer-options-grid")
                .flatMap(grid -> ParityCase.readGrid(grid).stream())
                .flatMap(c -> Stream.of(Arguments.of(c, false), Arguments.of(c, true)));
    }

    @ParameterizedTest(name = "{0}, native operations: {1}")
    @MethodSource("casesOnBothWays")
    void weightsAndStateEqualPyTorchs(ParityCase expected, boolean natively) {
        float[] rates = expected.floats("rates");
        ParameterTracker schedule = (id, step) -> rates[step - 1];
        boolean sparse = Boolean.parseBoolean(expected.option("sparse"));
        try (RowSparseOptimizer optimizer = Optimizers.of(expected, schedule, natively)) {
            NDArray weight = expected.array(manager, "weight");
            Lookups lookups = Lookups.of(weight, sparse, 1);
            NDArray ids = expected.array(manager, "ids");
            NDArray upstream = expected.array(manager, "upstream");
            for (int step = 1; step <= rates.length; step++) {
                lookups.backward(ids.get(step - 1), upstream.get(step - 1));
                optimizer.update("table", weight, lookups.gradient());
                if (REPORTED.contains(step)) {
                    check(expected, "weight_" + step, weight.toFloatArray());
                    RowState state = optimizer.states().of("table", weight);
                    List<String> tables = optimizer.states().layout().tables();
                    for (int table = 0; table < tables.size(); table++) {
                        check(
                                expected,
                                tables.get(table) + "_" + step,
                                StateValues.of(state, table));
                    }
                }
            }
        }
    }

    /**
     * Operation by operation, SparseAdam is the same in PyTorch, so the bits are the same where
     * PyTorch's square roots are rounded correctly. The others use fused operations in PyTorch.
     */
    private static void check(ParityCase expected, String name, float[] found) {
        if (expected.has("ieee_" + name)) {
            expected.checkBits("ieee_" + name, found);
            if (expected.hasCorrectRoots()) {
                expected.checkBits(name, found);
            }
        }
        float greatest = 0;
        for (float value : expected.floats(name)) {
            greatest = Math.max(greatest, Math.abs(value));
        }
        expected.checkNear(name, found, greatest * Tolerances.OPTIMIZER_STEPS);
    }
}
