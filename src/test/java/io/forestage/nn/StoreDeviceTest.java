package io.forestage.nn;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import ai.djl.training.ParameterStore;
import ai.djl.training.optimizer.Optimizer;
import ai.djl.training.tracker.Tracker;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Inputs and parameters on different devices, as far as one device can test it. */
class StoreDeviceTest {

    private final NDManager manager = NDManager.newBaseManager(Device.cpu(), "PyTorch");
    private final NDList ids = new NDList(manager.create(new long[] {1, 2}));

    @AfterEach
    void close() {
        manager.close();
    }

    @Test
    void trainingOnADeviceThatTheStoreLacksIsRefused() {
        TokenEmbedding embedding =
                TokenEmbedding.fromPretrained(manager.ones(new Shape(4, 2)), false);

        assertThatThrownBy(() -> embedding.forward(storeOfAGpu(), ids, true))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageStartingWith(
                        "weight: expected inputs on a device of the parameter store")
                .hasMessageContaining("found inputs on cpu()");
    }

    /** As in a predictor whose model is on a GPU and whose table was put on the CPU. */
    @Test
    void aTableOnADeviceThatTheStoreLacksIsRead() {
        TokenEmbedding embedding =
                TokenEmbedding.fromPretrained(manager.ones(new Shape(4, 2)), true);

        NDArray vectors = embedding.forward(storeOfAGpu(), ids, false).singletonOrThrow();
        assertThat(vectors.toFloatArray()).containsExactly(1, 1, 1, 1);
    }

    private ParameterStore storeOfAGpu() {
        ParameterStore store = new ParameterStore(manager, false);
        store.setParameterServer(
                manager.getEngine()
                        .newParameterServer(
                                Optimizer.sgd().setLearningRateTracker(Tracker.fixed(1)).build()),
                new Device[] {Device.gpu(0)});
        return store;
    }
}
