package io.forestage.gradients;

import ai.djl.engine.Engine;
import ai.djl.engine.EngineException;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.nn.Block;
import ai.djl.training.GradientCollector;
import ai.djl.training.ParameterStore;
import io.forestage.torch.RowUpdates;
import java.util.List;
import java.util.Optional;
import java.util.Random;

/** A block under a loss that weighs each value of its output. */
final class BlockCase implements GradientCase {

    private final String name;
    private final NDManager manager;
    private final Network network;
    private final Random random = new Random(7);

    BlockCase(String name, NDManager manager, Network network) {
        this.name = name;
        this.manager = manager;
        this.network = network;
    }

    /**
     * What is trained.
     *
     * @param block the block, its tables in libtorch's memory
     * @param tables what wants a gradient
     * @param batches makes inputs
     */
    record Network(Block block, List<NDArray> tables, Batches batches) {}

    /** Makes the inputs of a step. */
    interface Batches {

        /**
         * Makes a batch.
         *
         * @param owner of the inputs
         * @param weighted whether an input may want a gradient of its own
         */
        Batch next(Random random, NDManager owner, boolean weighted);
    }

    /**
     * Inputs and what they should lead to.
     *
     * @param inputs in Java's memory
     * @param wanted inputs that want a gradient, after the tables
     * @param reference the right result
     * @param sizes the sizes of buffers that the step may have made, in bytes
     */
    record Batch(NDList inputs, List<NDArray> wanted, Reference reference, List<Integer> sizes) {}

    @Override
    public String name() {
        return name;
    }

    @Override
    public Optional<String> step(boolean closing, Garbage garbage) {
        network.tables().forEach(table -> table.setRequiresGradient(true));
        try (NDManager step = manager.newSubManager();
                GradientCollector collector = Engine.getEngine("PyTorch").newGradientCollector()) {
            NDManager batch = step.newSubManager();
            Batch given = network.batches().next(random, batch, !closing);
            Reference reference = given.reference();
            NDList wanted = new NDList(network.tables());
            wanted.addAll(given.wanted());
            NDArray output =
                    network.block()
                            .forward(new ParameterStore(batch, false), given.inputs(), true)
                            .singletonOrThrow();
            output.attach(step);
            List<Integer> sizes = given.sizes();
            if (closing) {
                batch.close();
                given = null;
            }
            garbage.make(sizes);
            return compare(output, reference, wanted, collector, step);
        } catch (EngineException e) {
            return Optional.of(e.toString().lines().findFirst().orElse(""));
        } finally {
            network.tables().forEach(RowUpdates::clearGradient);
        }
    }

    @Override
    public void close() {
        manager.close();
    }

    private static Optional<String> compare(
            NDArray output,
            Reference reference,
            NDList wanted,
            GradientCollector collector,
            NDManager step) {
        double[] seed = Grid.numbers(Math.toIntExact(output.size()));
        NDArray weights = Grid.javaArray(step, seed, output.getShape(), output.getDataType());
        collector.backward(output.mul(weights).sum());
        Optional<String> wrong = Comparison.of("output", output, reference.output());
        double[][] gradients = reference.gradients(seed);
        for (int i = 0; i < wanted.size() && wrong.isEmpty(); i++) {
            try (NDArray gradient = wanted.get(i).getGradient()) {
                wrong = Comparison.of("gradient " + i, gradient, gradients[i]);
            }
        }
        return wrong;
    }
}
