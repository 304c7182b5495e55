package io.forestage.bench;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.nn.Block;
import io.forestage.model.LoadOptions;
import io.forestage.model.ModelFolder;
import io.forestage.nn.Gpt2InputEmbedding;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.util.Objects;
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
 * Loads wte and wpe from GPT-2's model.safetensors; the rival is DJL's own reader of such files.
 */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MILLISECONDS)
@Warmup(iterations = 2, time = 1)
@Measurement(iterations = 3, time = 1)
@Fork(1)
public class LoadBenchmark {

    @Param({"PUBLISHED", "ALIGNED"})
    Gpt2Folder folder = Gpt2Folder.PUBLISHED;

    private NDManager manager = NDManager.newBaseManager(Device.cpu(), "PyTorch");

    /** Checks that both sides load the same tables. */
    @Setup
    public void check() throws IOException {
        folder.make();
        try (NDManager ours = manager.newSubManager();
                NDManager theirs = manager.newSubManager()) {
            Gpt2InputEmbedding block = loadOurs(ours);
            NDList file = loadRivals(theirs);
            Equality.requireSameBits(
                    "wte.weight", table(block.getTokenEmbedding()), file.get("wte.weight"));
            Equality.requireSameBits(
                    "wpe.weight",
                    table(Objects.requireNonNull(block.getPositionalEmbedding())),
                    file.get("wpe.weight"));
        }
    }

    @TearDown
    public void close() {
        manager.close();
    }

    /** Loads a block from a folder's path. */
    @Benchmark
    public Gpt2InputEmbedding ours() throws IOException {
        try (NDManager scratch = manager.newSubManager()) {
            return loadOurs(scratch);
        }
    }

    /** Loads with DJL, which can only read all tensors. */
    @Benchmark
    public NDList rival() throws IOException {
        try (NDManager scratch = manager.newSubManager()) {
            return loadRivals(scratch);
        }
    }

    private Gpt2InputEmbedding loadOurs(NDManager owner) throws IOException {
        return ModelFolder.open(folder.path()).loadBlock(owner, LoadOptions.frozen()).block();
    }

    private NDList loadRivals(NDManager owner) throws IOException {
        try (InputStream in = new BufferedInputStream(Files.newInputStream(folder.weights()))) {
            return NDList.decode(owner, in);
        }
    }

    private static NDArray table(Block block) {
        return block.getParameters().valueAt(0).getArray();
    }
}
