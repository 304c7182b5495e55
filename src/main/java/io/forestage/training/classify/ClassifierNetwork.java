package io.forestage.training.classify;

import ai.djl.ndarray.NDArray;
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
import io.forestage.training.session.KeyedRandom;
import io.forestage.training.session.Network;
import java.util.Random;

/**
 * The mean of a bag's vectors through a linear layer. The table's gradient has only the batch's
 * rows, and its optimiser changes no others. The head's gradient is dense, and the head has its own
 * learning rate.
 *
 * <p><b>Source.</b> Joulin et al. 2017, <i>Bag of Tricks for Efficient Text Classification</i>,
 * section 2.
 *
 * @param network the table and the head, trained together
 * @param table (V, D)
 * @param head a weight of (C, D) and a bias of (C)
 */
record ClassifierNetwork(Network network, NDArray table, Linear head) implements AutoCloseable {

    /** The standard deviation of the head's initial weights, as in GPT-2's own heads. */
    private static final double STANDARD_DEVIATION = 0.02;

    private static final int DRAWING = 14;

    /** Creates a network from a table, which it closes with itself, and a new head. */
    static ClassifierNetwork of(
            NDManager manager,
            NDArray table,
            int classes,
            Network.Objective objective,
            ClassifierOptions options,
            int threads) {
        EmbeddingBag bag =
                EmbeddingBag.builder()
                        .optWeight(table)
                        .optSparse(true)
                        .optFreeze(options.start() == ClassifierStart.FROZEN)
                        .build();
        Linear head = Linear.builder().setUnits(classes).build();
        int seed = options.steps().seed();
        head.setInitializer(
                (owner, shape, type) -> normal(owner, shape, seed), Parameter.Type.WEIGHT);
        SequentialBlock block = new SequentialBlock().add(bag).add(head);
        block.initialize(manager, DataType.FLOAT32, new Shape(1), new Shape(1));
        ParameterGroups optimizer =
                ParameterGroups.builder()
                        .setBlock(block)
                        .optGroup(bag, adam(options.learningRate(), threads))
                        .setRest(adam(options.headLearningRate(), threads))
                        .build();
        double reportedRate =
                options.start() == ClassifierStart.FROZEN
                        ? options.headLearningRate()
                        : options.learningRate();
        return new ClassifierNetwork(
                new Network(
                        manager,
                        block,
                        optimizer,
                        reportedRate,
                        "learning rate %s and head learning rate %s"
                                .formatted(options.learningRate(), options.headLearningRate()),
                        objective,
                        false),
                table,
                head);
    }

    NDArray headWeight() {
        return head.getParameters().get("weight").getArray();
    }

    NDArray headBias() {
        return head.getParameters().get("bias").getArray();
    }

    @Override
    public void close() {
        network.close();
    }

    private static RowSparseAdam adam(double rate, int threads) {
        return RowSparseAdam.builder()
                .optLearningRateTracker(Tracker.fixed((float) rate))
                .optThreads(threads)
                .build();
    }

    /**
     * Draws on the host, so as not to advance the engine's random numbers, which a program may use.
     */
    private static NDArray normal(NDManager owner, Shape shape, int seed) {
        Random random = new Random(KeyedRandom.key(seed, DRAWING));
        float[] values = new float[Math.toIntExact(shape.size())];
        for (int i = 0; i < values.length; i++) {
            values[i] = (float) (STANDARD_DEVIATION * random.nextGaussian());
        }
        return owner.create(values, shape);
    }
}
