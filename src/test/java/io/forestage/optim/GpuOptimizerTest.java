package io.forestage.optim;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import ai.djl.Device;
import ai.djl.engine.Engine;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import io.forestage.torch.RowUpdates;
import java.util.Random;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.condition.EnabledIf;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** The native steps on a GPU beside the pass over the CPU's memory; skipped where DJL sees none. */
@Tag("gpu")
@EnabledIf(value = "hasGpu", disabledReason = "DJL sees no GPU")
class GpuOptimizerTest {

    private static final int ROWS = 500;
    private static final int WIDTH = 33;
    private static final int BATCH = 800;
    private static final int STEPS = 10;

    /** Weights of about 1 after ten steps, whose sums a GPU adds in another order. */
    private static final float OTHER_ORDER = 1e-5f;

    static boolean hasGpu() {
        return Engine.getEngine("PyTorch").getGpuCount() > 0;
    }

    static Stream<Arguments> optimizers() {
        return Stream.<Supplier<RowSparseOptimizer>>of(
                        () -> RowSparseSgd.builder().optMomentum(0.9).build(),
                        () -> RowSparseAdagrad.builder().build(),
                        () -> RowSparseAdam.builder().build(),
                        () -> RowSparseAdamW.builder().build())
                .map(Arguments::of);
    }

    @ParameterizedTest
    @MethodSource("optimizers")
    void stepsOnTheGpuAgreeWithThoseOnTheCpu(Supplier<RowSparseOptimizer> optimizer) {
        float[] onGpu = train(optimizer.get(), Device.gpu());
        float[] onCpu = train(optimizer.get(), Device.cpu());

        for (int i = 0; i < onCpu.length; i++) {
            assertThat(onGpu[i]).as("value %d", i).isCloseTo(onCpu[i], within(OTHER_ORDER));
        }
    }

    private static float[] train(RowSparseOptimizer optimizer, Device device) {
        Random random = new Random(3);
        try (optimizer;
                NDManager manager = NDManager.newBaseManager(device, "PyTorch")) {
            NDArray weight = manager.create(floats(random, ROWS * WIDTH), new Shape(ROWS, WIDTH));
            Lookups lookups = Lookups.of(weight, true, -1);
            for (int step = 0; step < STEPS; step++) {
                long[] ids = random.ints(BATCH, 0, ROWS).asLongStream().toArray();
                NDArray upstream =
                        manager.create(floats(random, BATCH * WIDTH), new Shape(BATCH, WIDTH));
                lookups.backward(manager.create(ids), upstream);
                optimizer.update("table", weight, lookups.gradient());
                RowUpdates.clearGradient(weight);
            }
            return weight.toFloatArray();
        }
    }

    private static float[] floats(Random random, int count) {
        float[] values = new float[count];
        for (int i = 0; i < count; i++) {
            values[i] = (float) random.nextGaussian();
        }
        return values;
    }
}
