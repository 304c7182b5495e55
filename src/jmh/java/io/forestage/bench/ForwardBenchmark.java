package io.forestage.bench;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.ndarray.types.SparseFormat;
import ai.djl.training.ParameterStore;
import io.forestage.nn.Gpt2InputEmbedding;
import io.forestage.nn.LearnedPositionalEmbedding;
import io.forestage.nn.TokenEmbedding;
import io.forestage.torch.HostMemory;
import io.forestage.torch.JoinedTables;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.util.concurrent.TimeUnit;
import java.util.stream.LongStream;
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

/** Ids to vectors; the rival is the same three operations, written by a user of DJL. */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MILLISECONDS)
@Warmup(iterations = 2, time = 1)
@Measurement(iterations = 3, time = 1)
@Fork(1)
public class ForwardBenchmark implements Calls {

    private static final int WARMUP_CALLS = 20;

    /** B × T. */
    @Param({"1x8", "8x128", "8x1024", "64x1024"})
    String shape = "";

    private final NDManager manager = NDManager.newBaseManager(Device.cpu(), "PyTorch");
    private final ParameterStore parameters = new ParameterStore(manager, false);

    /** As a model folder is loaded. */
    private final JoinedTables tables =
            JoinedTables.create(
                    manager, Gpt2Folder.VOCABULARY, Gpt2Folder.POSITIONS, Gpt2Folder.WIDTH);

    private final NDArray wte = filled(tables.first());
    private final NDArray wpe = filled(tables.second());
    private final Gpt2InputEmbedding block =
            Gpt2InputEmbedding.builder()
                    .setTokenEmbedding(TokenEmbedding.fromPretrained(wte, true))
                    .optPositionalEmbedding(LearnedPositionalEmbedding.fromPretrained(wpe, true))
                    .optJoinedTables(tables.both(), 0)
                    .build();
    private NDArray ids = manager.create(new long[0]);

    /** Checks that both sides compute the same vectors. */
    @Setup
    public void check() {
        String[] sides = shape.split("x", -1);
        Shape batch = new Shape(Long.parseLong(sides[0]), Long.parseLong(sides[1]));
        ids =
                manager.create(
                        Tokens.UNIFORM.batches(Gpt2Folder.VOCABULARY).stream()
                                .flatMapToLong(LongStream::of)
                                .limit(batch.size())
                                .toArray(),
                        batch);
        try (NDArray ours = embedOurs();
                NDArray rivals = embedRivals()) {
            Equality.requireSameBits("vectors", ours, rivals);
        }
        // The first use of memory costs more than the work, so both sides use theirs here.
        for (int i = 0; i < WARMUP_CALLS; i++) {
            ours();
            rival();
        }
    }

    /** Returns the calls of our side alone, for a process of its own. */
    static ForwardBenchmark calls(String shape) {
        ForwardBenchmark benchmark = new ForwardBenchmark();
        benchmark.shape = shape;
        benchmark.check();
        return benchmark;
    }

    @Override
    public void run() {
        ours();
    }

    @Override
    public void write(FileChannel out) throws IOException {
        try (NDArray vectors = embedOurs()) {
            out.write(HostMemory.of(vectors));
        }
    }

    @TearDown
    public void close() {
        manager.close();
    }

    @Benchmark
    public long ours() {
        try (NDArray vectors = embedOurs()) {
            return vectors.size();
        }
    }

    @Benchmark
    public long rival() {
        try (NDArray vectors = embedRivals()) {
            return vectors.size();
        }
    }

    private static NDArray filled(NDArray table) {
        try (NDArray values = DeviceData.table(table.getManager(), table.getShape().get(0))) {
            HostMemory.of(table).put(HostMemory.of(values));
        }
        return table;
    }

    private NDArray embedOurs() {
        return block.forward(parameters, new NDList(ids), false).singletonOrThrow();
    }

    private NDArray embedRivals() {
        try (NDArray positions =
                        manager.arange(
                                0, Math.toIntExact(ids.getShape().get(1)), 1, DataType.INT64);
                NDArray tokenVectors = lookup(ids, wte);
                NDArray positionVectors = lookup(positions, wpe)) {
            return tokenVectors.add(positionVectors);
        }
    }

    private static NDArray lookup(NDArray indices, NDArray table) {
        return indices.getNDArrayInternal()
                .embedding(indices, table, SparseFormat.DENSE)
                .singletonOrThrow();
    }
}
