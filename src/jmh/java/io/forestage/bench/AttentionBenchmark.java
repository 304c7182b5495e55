package io.forestage.bench;

import ai.djl.Device;
import ai.djl.engine.Engine;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.index.NDIndex;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.training.GradientCollector;
import ai.djl.training.ParameterStore;
import io.forestage.decoder.attention.Attention;
import io.forestage.decoder.attention.AttentionCore;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;

/**
 * Causal attention of one text with GPT-2's 12 heads of 64: softmax with libtorch's fused kernel,
 * linear attention with elu + 1, and FMM attention with a band of 20 and one feature map.
 */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MILLISECONDS)
@Warmup(iterations = 2, time = 1)
@Measurement(iterations = 3, time = 1)
@Fork(1)
public class AttentionBenchmark {

    private static final int HEADS = 12;
    private static final int WIDTH = 64;
    private static final double TOLERANCE = 1e-4;

    /** softmax, or a description that {@link Attention#parse} reads. */
    @Param({"softmax", "linear elu", "fmm 20 elu"})
    String attention = "";

    /** T. */
    @Param({"64", "128", "256", "512", "1024", "2048", "4096"})
    int tokens;

    private final NDManager manager = NDManager.newBaseManager(Device.cpu(), "PyTorch");
    private final ParameterStore parameters = new ParameterStore(manager, false);
    private AttentionCore core = Attention.softmax().newCore(0, HEADS, WIDTH);
    private NDArray[] heads = {};

    /** Checks the first half's result against that of the first half alone. */
    @Setup
    public void check() {
        core = Attention.parse(attention).newCore(0, HEADS, WIDTH);
        Shape shape = new Shape(1, HEADS, tokens, WIDTH);
        core.initialize(manager, DataType.FLOAT32, shape, shape, shape);
        manager.getEngine().setRandomSeed(1);
        heads = new NDArray[3];
        for (int i = 0; i < heads.length; i++) {
            heads[i] = manager.randomNormal(shape);
        }
        NDIndex half = new NDIndex(":, :, :{}", tokens / 2);
        try (NDManager scratch = manager.newSubManager()) {
            NDArray whole = attend(heads[0], heads[1], heads[2], false);
            NDArray alone =
                    attend(heads[0].get(half), heads[1].get(half), heads[2].get(half), false);
            whole.attach(scratch);
            alone.attach(scratch);
            double greatest = whole.get(half).sub(alone).abs().max().getFloat();
            if (!(greatest < TOLERANCE)) {
                throw new IllegalStateException(
                        "%s: a half differs from the half alone by %s"
                                .formatted(attention, greatest));
            }
        }
    }

    /** Closes the arrays. */
    @TearDown
    public void close() {
        manager.close();
    }

    /** Runs a forward pass. */
    @Benchmark
    public long forward() {
        try (NDArray result = attend(heads[0], heads[1], heads[2], false)) {
            return result.size();
        }
    }

    /** Runs a forward and a backward pass. */
    @Benchmark
    public long forwardAndBackward() {
        try (NDManager scratch = manager.newSubManager();
                GradientCollector collector = Engine.getEngine("PyTorch").newGradientCollector()) {
            NDArray[] leaves = new NDArray[heads.length];
            for (int i = 0; i < leaves.length; i++) {
                leaves[i] = heads[i].duplicate();
                leaves[i].attach(scratch);
                leaves[i].setRequiresGradient(true);
            }
            NDArray result = attend(leaves[0], leaves[1], leaves[2], true);
            collector.backward(result.sum());
            return result.size();
        }
    }

    private NDArray attend(NDArray q, NDArray k, NDArray v, boolean training) {
        return core.attend(parameters, q, k, v, null, training);
    }
}
