package io.forestage.bench;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.Parameter;
import ai.djl.nn.SequentialBlock;
import ai.djl.nn.core.Linear;
import ai.djl.training.tracker.Tracker;
import io.forestage.nn.EmbeddingBag;
import io.forestage.optim.ParameterGroups;
import io.forestage.optim.RowSparseAdam;
import io.forestage.training.StepOptions;
import io.forestage.training.TrainingDevices;
import io.forestage.training.session.Examples;
import io.forestage.training.session.Network;
import io.forestage.training.session.NetworkLearner;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import java.util.stream.Stream;

/**
 * A step of a text classifier, by the code that trains ours: the mean of a text's vectors, a linear
 * layer, cross-entropy, row-sparse Adam for the table and Adam for the layer.
 */
final class BagStep implements Calls, AutoCloseable {

    private static final int SEED = 42;
    private static final int BATCHES = 16;
    private static final int TEXTS = 256;
    private static final int SHORTEST = 50;
    private static final int LONGEST = 150;
    private static final int CLASSES = 20;
    private static final float TABLE_RATE = 1e-3f;
    private static final float HEAD_RATE = 1e-2f;

    private final NDManager manager = NDManager.newBaseManager(Device.cpu(), "PyTorch");
    private final NDArray table;
    private final Linear head = Linear.builder().setUnits(CLASSES).build();
    private final Network network;
    private final NetworkLearner learner;
    private final List<Float> losses = new ArrayList<>();

    BagStep(long width, int threads) {
        table = DeviceData.table(manager, Gpt2Folder.VOCABULARY, width);
        EmbeddingBag bag = EmbeddingBag.builder().optWeight(table).optSparse(true).build();
        head.setInitializer(
                (owner, shape, type) -> DeviceData.table(owner, shape.get(0), shape.get(1)),
                Parameter.Type.WEIGHT);
        SequentialBlock block = new SequentialBlock().add(bag).add(head);
        block.initialize(manager, DataType.FLOAT32, new Shape(1), new Shape(1));
        network =
                new Network(
                        manager,
                        block,
                        ParameterGroups.builder()
                                .setBlock(block)
                                .optGroup(bag, adam(TABLE_RATE, threads))
                                .setRest(adam(HEAD_RATE, threads))
                                .build(),
                        TABLE_RATE,
                        "",
                        Network.Objective.ONE_CLASS,
                        false);
        Texts texts = new Texts(batches());
        learner =
                new NetworkLearner(
                        network,
                        texts,
                        texts,
                        texts,
                        new StepOptions(TEXTS, 1, 1, SEED),
                        TrainingDevices.cpu());
    }

    /** Returns the batches, the same in each call. */
    static List<Batch> batches() {
        Random random = new Random(SEED);
        return Stream.generate(
                        () ->
                                new Batch(
                                        Stream.generate(() -> text(random)).limit(TEXTS).toList(),
                                        random.longs(TEXTS, 0, CLASSES).toArray()))
                .limit(BATCHES)
                .toList();
    }

    @Override
    public void run() {
        losses.add((float) learner.train(losses.size()).loss());
    }

    @Override
    public void write(FileChannel out) throws IOException {
        for (float loss : losses) {
            Calls.writeFloats(out, loss);
        }
        Calls.writeRows(out, head.getParameters().get("weight").getArray());
        Calls.writeRows(out, table);
    }

    @Override
    public void close() {
        network.close();
    }

    private static long[] text(Random random) {
        int length = SHORTEST + random.nextInt(LONGEST - SHORTEST + 1);
        return LongStream.generate(() -> Tokens.ZIPF.draw(random, Gpt2Folder.VOCABULARY))
                .limit(length)
                .toArray();
    }

    private static RowSparseAdam adam(float rate, int threads) {
        return RowSparseAdam.builder()
                .optLearningRateTracker(Tracker.fixed(rate))
                .optThreads(threads)
                .build();
    }

    /** Texts as ids, and the class of each. */
    @SuppressWarnings("ArrayRecordComponent") // Never compared.
    record Batch(List<long[]> texts, long[] labels) {

        LongStream ids() {
            return texts.stream().flatMapToLong(LongStream::of);
        }

        LongStream lengths() {
            return texts.stream().mapToLong(text -> text.length);
        }
    }

    /** The batches as examples; step s takes batch s modulo their number. */
    private record Texts(List<Batch> batches) implements Examples, Examples.StepRows {

        @Override
        public int size() {
            return BATCHES * TEXTS;
        }

        @Override
        public long tokens(int[] rows) {
            return batch(rows).ids().count();
        }

        @Override
        public long targets(int[] rows) {
            return rows.length;
        }

        @Override
        public NDList inputs(NDManager manager, int[] rows) {
            Batch batch = batch(rows);
            long[] offsets = batch.lengths().toArray();
            Arrays.parallelPrefix(offsets, Long::sum);
            System.arraycopy(offsets, 0, offsets, 1, offsets.length - 1);
            offsets[0] = 0;
            return new NDList(manager.create(batch.ids().toArray()), manager.create(offsets));
        }

        @Override
        public NDArray labels(NDManager manager, int[] rows) {
            return manager.create(batch(rows).labels());
        }

        @Override
        public long steps() {
            return Integer.MAX_VALUE;
        }

        @Override
        public List<int[]> batches(long step) {
            int first = (int) (step % BATCHES) * TEXTS;
            return List.of(IntStream.range(first, first + TEXTS).toArray());
        }

        private Batch batch(int[] rows) {
            return batches.get(rows[0] / TEXTS);
        }
    }
}
