package io.forestage.optim;

import ai.djl.engine.Engine;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.training.GradientCollector;
import ai.djl.training.Trainer;

/** Backward passes, as in a training loop. */
final class Trainers {

    private Trainers() {}

    /** Runs a backward pass over ids (B, T) with a given gradient of the output; adds gradients. */
    static void backward(Trainer trainer, NDArray ids, NDArray upstream) {
        try (NDManager scratch = trainer.getManager().newSubManager();
                GradientCollector collector = trainer.newGradientCollector()) {
            NDArray local = ids.duplicate();
            local.attach(scratch);
            NDArray output = trainer.forward(new NDList(local)).singletonOrThrow();
            collector.backward(output.mul(upstream).sum());
        }
    }

    /** Adds one value to every gradient of an array. */
    static void setGradient(NDArray array, float value) {
        try (NDManager scratch = array.getManager().newSubManager();
                GradientCollector collector = Engine.getInstance().newGradientCollector()) {
            NDArray sum = array.sum();
            sum.attach(scratch);
            collector.backward(sum.mul(value));
        }
    }
}
