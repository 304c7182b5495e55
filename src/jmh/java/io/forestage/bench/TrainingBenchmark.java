package io.forestage.bench;

import ai.djl.Device;
import ai.djl.modality.nlp.embedding.TrainableWordEmbedding;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.Block;
import ai.djl.training.optimizer.Optimizer;
import io.forestage.nn.TokenEmbedding;
import io.forestage.optim.RowSparseAdam;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import java.util.stream.LongStream;
import org.jspecify.annotations.Nullable;
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

/** A whole training step under DJL's trainer; the {@link Race} chooses the rival. */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MILLISECONDS)
@Warmup(iterations = 2, time = 2)
@Measurement(iterations = 3, time = 2)
@Fork(1)
public class TrainingBenchmark {

    private static final int WARMUP_STEPS = 20;
    private static final long NARROW = 64;
    private static final long FEW_ROWS = 50_000;
    private static final long MANY_ROWS = 2_000_000;
    private static final float TOLERANCE = 1e-6f;

    @Param Race race = Race.ZIPF;

    private final NDManager manager = NDManager.newBaseManager(Device.cpu(), "PyTorch");
    private @Nullable TrainingStep ours;
    private @Nullable TrainingStep rival;

    /** The pairs of sides. */
    public enum Race {
        /** Row-sparse Adam, ids as in text; the rival is DJL's embedding with DJL's Adam. */
        ZIPF,
        /** The same with uniformly distributed ids. */
        UNIFORM,
        /** The same with dense gradients on both sides. */
        DENSE,
        /** Ours with two million rows; the rival is ours with fifty thousand rows. */
        ROWS
    }

    /** Checks that both sides compute the same weights. */
    @Setup
    public void check() {
        switch (race) {
            case ZIPF -> againstDjl(true, Tokens.ZIPF);
            case UNIFORM -> againstDjl(true, Tokens.UNIFORM);
            case DENSE -> againstDjl(false, Tokens.ZIPF);
            case ROWS -> {
                ours = narrow(MANY_ROWS);
                rival = narrow(FEW_ROWS);
            }
        }
        // The first use of memory costs more than the work, so both sides use theirs here.
        for (int i = 0; i < WARMUP_STEPS; i++) {
            ours();
            rival();
        }
    }

    @TearDown
    public void close() {
        Objects.requireNonNull(ours).close();
        Objects.requireNonNull(rival).close();
        manager.close();
    }

    @Benchmark
    public void ours() {
        Objects.requireNonNull(ours).run();
    }

    @Benchmark
    public void rival() {
        Objects.requireNonNull(rival).run();
    }

    private void againstDjl(boolean sparse, Tokens tokens) {
        NDArray weight = manager.randomNormal(new Shape(Gpt2Folder.VOCABULARY, Gpt2Folder.WIDTH));
        NDArray rivalWeight = weight.duplicate();
        TokenEmbedding embedding =
                TokenEmbedding.builder().optWeight(weight).optSparse(sparse).build();
        TrainableWordEmbedding djls =
                TrainableWordEmbedding.fromPretrained(
                        rivalWeight,
                        LongStream.range(0, Gpt2Folder.VOCABULARY)
                                .mapToObj(Long::toString)
                                .toList());
        djls.freezeParameters(false);
        ours = step(embedding, RowSparseAdam.builder().build(), tokens);
        rival = step(djls, Optimizer.adam().build(), tokens);
        ours();
        rival();
        // In the first step dense Adam moves no row without a gradient either. With dense gradients
        // ε
        // is added elsewhere, which changes a few values near zero; so the mean is compared.
        NDArray differences = weight.stopGradient().sub(rivalWeight.stopGradient()).abs();
        try (NDArray difference = sparse ? differences.max() : differences.mean()) {
            if (difference.getFloat() > TOLERANCE) {
                throw new IllegalStateException(
                        "weights: expected a difference of at most %s, found %s"
                                .formatted(TOLERANCE, difference.getFloat()));
            }
        }
    }

    private static TrainingStep step(Block table, Optimizer optimizer, Tokens tokens) {
        return new TrainingStep(
                table, optimizer, tokens.batches(Gpt2Folder.VOCABULARY), Gpt2Folder.WIDTH);
    }

    private static TrainingStep narrow(long rows) {
        TokenEmbedding embedding =
                TokenEmbedding.builder()
                        .setNumEmbeddings(rows)
                        .setEmbeddingDim(NARROW)
                        .optSparse(true)
                        .build();
        // A step updates the same number of rows as in the small table, spread over the whole
        // table.
        List<long[]> batches =
                Tokens.ZIPF.batches(FEW_ROWS).stream()
                        .map(ids -> LongStream.of(ids).map(id -> id * (rows / FEW_ROWS)).toArray())
                        .toList();
        return new TrainingStep(embedding, RowSparseAdam.builder().build(), batches, NARROW);
    }
}
