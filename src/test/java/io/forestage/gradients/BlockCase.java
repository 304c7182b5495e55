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

/** A block, with a loss that weights each value of its output. */
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
     * The trained network.
     *
     * @param block the block, with its tables in libtorch's memory
     * @param tables the tables, which require a gradient
     * @param batches makes the inputs
     */
    record Network(Block block, List<NDArray> tables, Batches batches) {}

    /** Makes the inputs of a step. */
    interface Batches {

        /**
         * Makes a batch.
         *
         * @param owner the manager of the inputs
         * @param weighted whether an input may require a gradient, too
         */
        Batch next(Random random, NDManager owner, boolean weighted);
    }

    /**
     * Inputs and their expected results.
     *
     * @param inputs arrays in Java's memory
     * @param differentiable the inputs that require a gradient
     * @param reference the expected results
     * @param sizes the sizes, in bytes, of buffers that the step may allocate
     */
    record Batch(
            NDList inputs,
            List<NDArray> differentiable,
            Reference reference,
            List<Integer> sizes) {}

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
            NDList differentiable = new NDList(network.tables());
            differentiable.addAll(given.differentiable());
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
            return compare(output, reference, differentiable, collector, step);
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
            NDList differentiable,
            GradientCollector collector,
            NDManager step) {
        double[] seed = Grid.numbers(Math.toIntExact(output.size()));
        NDArray weights = Grid.javaArray(step, seed, output.getShape(), output.getDataType());
        collector.backward(output.mul(weights).sum());
        Optional<String> difference = Comparison.of("output", output, reference.output());
        double[][] gradients = reference.gradients(seed);
        for (int i = 0; i < differentiable.size() && difference.isEmpty(); i++) {
            try (NDArray gradient = differentiable.get(i).getGradient()) {
                difference = Comparison.of("gradient " + i, gradient, gradients[i]);
            }
        }
        return difference;
    }
}
