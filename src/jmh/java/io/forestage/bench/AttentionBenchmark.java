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
 * Causal attention of one text with GPT-2's 12 heads of 64: linear attention with elu + 1, or FMM
 * attention with a band of 20 and one feature map. The rival is softmax with libtorch's fused
 * kernel.
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

    /** The kind, the number of tokens, and whether a backward pass follows the forward pass. */
    @Param({
        "LINEAR_1024_FORWARD",
        "LINEAR_4096_FORWARD",
        "LINEAR_1024_BACKWARD",
        "LINEAR_4096_BACKWARD",
        "FMM_1024_FORWARD",
        "FMM_4096_FORWARD",
        "FMM_1024_BACKWARD",
        "FMM_4096_BACKWARD"
    })
    String race = "";

    private final NDManager manager = NDManager.newBaseManager(Device.cpu(), "PyTorch");
    private final ParameterStore parameters = new ParameterStore(manager, false);
    private final AttentionCore softmax = Attention.softmax().newCore(0, HEADS, WIDTH);
    private AttentionCore attention = softmax;
    private NDArray[] heads = {};
    private boolean backward;

    /** Makes the inputs, and checks both sides. */
    @Setup
    public void prepare() {
        String[] words = race.split("_", -1);
        Attention kind = Attention.parse(words[0].equals("FMM") ? "fmm 20 elu" : "linear elu");
        attention = kind.newCore(0, HEADS, WIDTH);
        backward = words[2].equals("BACKWARD");
        int tokens = Integer.parseInt(words[1]);
        Shape shape = new Shape(1, HEADS, tokens, WIDTH);
        manager.getEngine().setRandomSeed(1);
        heads = new NDArray[3];
        for (int i = 0; i < heads.length; i++) {
            heads[i] = manager.randomNormal(shape);
        }
        for (AttentionCore core : new AttentionCore[] {attention, softmax}) {
            core.initialize(manager, DataType.FLOAT32, shape, shape, shape);
            check(core, tokens);
        }
    }

    /** Checks the first half's result against that of the first half alone. */
    private void check(AttentionCore core, int tokens) {
        NDIndex half = new NDIndex(":, :, :{}", tokens / 2);
        try (NDManager scratch = manager.newSubManager()) {
            NDArray whole = attend(core, false, heads);
            NDArray alone =
                    attend(core, false, heads[0].get(half), heads[1].get(half), heads[2].get(half));
            whole.attach(scratch);
            alone.attach(scratch);
            double greatest = whole.get(half).sub(alone).abs().max().getFloat();
            if (!(greatest < TOLERANCE)) {
                throw new IllegalStateException(
                        "%s: a half differs from the half alone by %s".formatted(race, greatest));
            }
        }
    }

    /** Closes the arrays. */
    @TearDown
    public void close() {
        manager.close();
    }

    /** Runs linear or FMM attention. */
    @Benchmark
    public long ours() {
        return run(attention);
    }

    /** Runs softmax. */
    @Benchmark
    public long rival() {
        return run(softmax);
    }

    private long run(AttentionCore core) {
        if (!backward) {
            try (NDArray result = attend(core, false, heads)) {
                return result.size();
            }
        }
        try (NDManager scratch = manager.newSubManager();
                GradientCollector collector = Engine.getEngine("PyTorch").newGradientCollector()) {
            NDArray[] leaves = new NDArray[heads.length];
            for (int i = 0; i < leaves.length; i++) {
                leaves[i] = heads[i].duplicate();
                leaves[i].attach(scratch);
                leaves[i].setRequiresGradient(true);
            }
            NDArray result = attend(core, true, leaves);
            collector.backward(result.sum());
            return result.size();
        }
    }

    private NDArray attend(AttentionCore core, boolean training, NDArray... qkv) {
        return core.attend(parameters, qkv[0], qkv[1], qkv[2], null, training);
    }
}
