package io.forestage.bench;

import ai.djl.Device;
import ai.djl.engine.Engine;
import ai.djl.modality.nlp.embedding.TrainableWordEmbedding;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.Block;
import ai.djl.pytorch.engine.PtNDArray;
import ai.djl.pytorch.jni.JniUtils;
import ai.djl.training.GradientCollector;
import ai.djl.training.ParameterStore;
import io.forestage.nn.TokenEmbedding;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
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

/** The token embedding, forward and backward; the {@link Race} chooses the rival. */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MILLISECONDS)
@Warmup(iterations = 2, time = 1)
@Measurement(iterations = 3, time = 1)
@Fork(1)
public class LookupBenchmark {

    private static final int SEED = 42;
    private static final int WARMUP_CALLS = 20;
    private static final Shape BATCH = new Shape(8, 1024);
    private static final Shape FEW = new Shape(1, 8);

    @Param Race race = Race.FORWARD;

    private final NDManager manager = NDManager.newBaseManager(Device.cpu(), "PyTorch");
    private final ParameterStore parameters = new ParameterStore(manager, false);
    private final NDArray weight =
            manager.randomNormal(new Shape(Gpt2Folder.VOCABULARY, Gpt2Folder.WIDTH));
    private final NDArray rivalWeight = weight.duplicate();
    private final NDArray ids = ids(BATCH);
    private final NDArray fewIds = ids(FEW);
    private Side ours = () -> 0;
    private Side rival = () -> 0;

    /** The pairs of sides. */
    public enum Race {
        /** A lookup; the rival is DJL's own embedding. */
        FORWARD,
        /** A lookup and its sparse gradient; the rival is DJL's own embedding, dense. */
        BACKWARD_SPARSE,
        /** A lookup and its dense gradient with a padding row; the rival is ours without one. */
        BACKWARD_PADDING,
        /** Eight ids; the rival multiplies one-hot vectors by the table. */
        ONE_HOT
    }

    /** One side of a race; returns the size of its result. */
    private interface Side {
        long run();
    }

    /** Checks that both sides compute the same. */
    @Setup
    public void check() {
        switch (race) {
            case FORWARD -> {
                TokenEmbedding embedding = TokenEmbedding.fromPretrained(weight, true);
                TrainableWordEmbedding djls = djls();
                djls.freezeParameters(true);
                ours = () -> forward(embedding, ids);
                rival = () -> forward(djls, ids);
                requireSameVectors(embedding, djls);
            }
            case BACKWARD_SPARSE -> {
                TokenEmbedding embedding =
                        TokenEmbedding.builder().optWeight(weight).optSparse(true).build();
                TrainableWordEmbedding djls = djls();
                djls.freezeParameters(false);
                ours = () -> backward(embedding, weight);
                rival = () -> backward(djls, rivalWeight);
                requireSameGradients(embedding, djls);
            }
            case BACKWARD_PADDING -> {
                TokenEmbedding padded =
                        TokenEmbedding.builder().optWeight(weight).optPaddingIdx(-1).build();
                TokenEmbedding plain = TokenEmbedding.fromPretrained(rivalWeight, false);
                ours = () -> backward(padded, weight);
                rival = () -> backward(plain, rivalWeight);
                requireSameVectors(padded, plain);
            }
            case ONE_HOT -> {
                TokenEmbedding embedding = TokenEmbedding.fromPretrained(weight, true);
                ours = () -> forward(embedding, fewIds);
                rival = this::oneHotProduct;
            }
        }
        // The first use of memory costs more than the work, so both sides use theirs here.
        for (int i = 0; i < WARMUP_CALLS; i++) {
            ours();
            rival();
        }
    }

    @TearDown
    public void close() {
        manager.close();
    }

    @Benchmark
    public long ours() {
        return ours.run();
    }

    @Benchmark
    public long rival() {
        return rival.run();
    }

    private TrainableWordEmbedding djls() {
        return TrainableWordEmbedding.fromPretrained(
                rivalWeight,
                IntStream.range(0, Math.toIntExact(Gpt2Folder.VOCABULARY))
                        .mapToObj(Integer::toString)
                        .toList());
    }

    private long forward(Block block, NDArray indices) {
        try (NDArray vectors =
                block.forward(parameters, new NDList(indices), false).singletonOrThrow()) {
            return vectors.size();
        }
    }

    /**
     * Runs lookup, sum and backward pass, and sets the gradient to zero, as a training step does.
     */
    private long backward(Block block, NDArray table) {
        collect(block);
        JniUtils.zeroGrad((PtNDArray) table);
        return table.size();
    }

    private void collect(Block block) {
        try (NDManager step = manager.newSubManager();
                GradientCollector collector = Engine.getInstance().newGradientCollector()) {
            NDArray local = ids.duplicate();
            local.attach(step);
            collector.backward(
                    block.forward(parameters, new NDList(local), true).singletonOrThrow().sum());
        }
    }

    private long oneHotProduct() {
        try (NDArray oneHot =
                        fewIds.oneHot(Math.toIntExact(Gpt2Folder.VOCABULARY), DataType.FLOAT32);
                NDArray vectors = oneHot.matMul(weight)) {
            return vectors.size();
        }
    }

    private void requireSameVectors(Block one, Block other) {
        try (NDArray left = one.forward(parameters, new NDList(ids), false).singletonOrThrow();
                NDArray right =
                        other.forward(parameters, new NDList(ids), false).singletonOrThrow()) {
            Equality.requireSameBits("vectors", left, right);
        }
    }

    private void requireSameGradients(Block one, Block other) {
        collect(one);
        collect(other);
        try (NDArray dense = weight.getGradient().toDense();
                NDArray difference = dense.sub(rivalWeight.getGradient()).abs().max()) {
            if (difference.getFloat() > 0) {
                throw new IllegalStateException(
                        "gradients: expected the same on both sides, found a difference of %s"
                                .formatted(difference.getFloat()));
            }
        }
        JniUtils.zeroGrad((PtNDArray) weight);
        JniUtils.zeroGrad((PtNDArray) rivalWeight);
    }

    private NDArray ids(Shape shape) {
        return manager.create(
                new Random(SEED).longs(shape.size(), 0, Gpt2Folder.VOCABULARY).toArray(), shape);
    }
}
