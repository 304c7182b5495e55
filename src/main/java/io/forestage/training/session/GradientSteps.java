package io.forestage.training.session;

import ai.djl.Device;
import ai.djl.engine.Engine;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import ai.djl.training.GradientCollector;
import ai.djl.training.ParameterStore;
import io.forestage.training.Evaluation;
import io.forestage.training.TrainingDevices;
import java.util.Arrays;
import java.util.List;

/**
 * Forward and backward passes over batches, then the update, on one or more devices.
 *
 * <p>This uses the parts of DJL's {@link ai.djl.training.Trainer}, but not the class itself. Its
 * {@code step} rejects gradients that sum to zero. Over a frozen table, the gradients of a softmax
 * do sum to zero, with two classes often exactly. Besides, creating a Trainer unfreezes the
 * parameters of a loaded model.
 */
final class GradientSteps {

    private final Network network;
    private final TrainingDevices devices;
    private final ParameterStore store;

    GradientSteps(Network network, TrainingDevices devices) {
        this.network = network;
        this.devices = devices;
        store = new ParameterStore(network.manager(), false);
        store.setParameterServer(
                engine().newParameterServer(network.optimizer()),
                devices.devices().toArray(Device[]::new));
    }

    /**
     * Takes one step over the rows of all batches, as if they were one batch, and returns their
     * mean loss. If the loss is not finite, nothing is updated.
     */
    double train(Examples examples, List<int[]> batches) {
        double targets = batches.stream().mapToLong(examples::targets).sum();
        double sum = 0;
        for (int[] batch : batches) {
            for (int i = 0; i < devices.count(); i++) {
                int[] rows = share(batch, i);
                if (rows.length > 0) {
                    double part = examples.targets(rows) / targets;
                    sum += part * backward(examples, rows, devices.devices().get(i), part);
                }
            }
        }
        if (Double.isFinite(sum)) {
            store.updateAllParameters();
        }
        return sum;
    }

    /** Returns the mean loss and accuracy over batches, without an update. */
    Evaluation evaluate(Examples examples, List<int[]> batches) {
        if (batches.isEmpty()) {
            return Evaluation.none();
        }
        long targets = 0;
        double losses = 0;
        long correct = 0;
        for (int[] batch : batches) {
            try (NDManager scratch = network.manager().newSubManager(devices.first())) {
                NDArray labels = examples.labels(scratch, batch);
                NDArray logits = logits(examples.inputs(scratch, batch), false);
                long count = labels.getShape().get(0);
                targets += count;
                losses += count * (double) objective().loss(labels, logits).getFloat();
                correct += objective().correct(labels, logits);
            }
        }
        return new Evaluation(targets, losses / targets, (double) correct / targets);
    }

    private double backward(Examples examples, int[] rows, Device device, double part) {
        try (NDManager scratch = network.manager().newSubManager(device);
                GradientCollector collector = engine().newGradientCollector()) {
            NDArray labels = examples.labels(scratch, rows);
            NDArray logits = logits(examples.inputs(scratch, rows), true);
            NDArray mean = objective().loss(labels, logits);
            // The backward pass reads the factor. mul(Number) would have closed it by then.
            collector.backward(mean.mul(scratch.create(part)));
            return mean.getFloat();
        }
    }

    private Network.Objective objective() {
        return network.objective();
    }

    /** Returns the logits, (targets, classes). */
    private NDArray logits(NDList inputs, boolean training) {
        NDArray logits = network.block().forward(store, inputs, training).singletonOrThrow();
        Shape shape = logits.getShape();
        return logits.reshape(new Shape(-1, shape.get(shape.dimension() - 1)));
    }

    /** Returns the rows of a batch that one device processes. */
    private int[] share(int[] batch, int device) {
        int begin = (int) ((long) batch.length * device / devices.count());
        int end = (int) ((long) batch.length * (device + 1) / devices.count());
        return Arrays.copyOfRange(batch, begin, end);
    }

    private Engine engine() {
        return network.manager().getEngine();
    }
}
