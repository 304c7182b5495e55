package io.forestage.nn;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.djl.Device;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import ai.djl.training.ParameterStore;
import ai.djl.training.optimizer.Optimizer;
import org.junit.jupiter.api.Test;

/** Inputs and parameters on different devices, as far as one device shows it. */
class StoreDeviceTest {

    @Test
    void inputsThatTheStoreHasNoDeviceForAreNamed() {
        try (NDManager manager = NDManager.newBaseManager(Device.cpu(), "PyTorch")) {
            TokenEmbedding embedding =
                    TokenEmbedding.fromPretrained(manager.ones(new Shape(4, 2)), true);
            ParameterStore store = new ParameterStore(manager, false);
            store.setParameterServer(
                    manager.getEngine().newParameterServer(Optimizer.sgd().build()),
                    new Device[] {Device.gpu(0)});
            NDList ids = new NDList(manager.create(new long[] {1, 2}));

            assertThatThrownBy(() -> embedding.forward(store, ids, false))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageStartingWith("weight: expected inputs on a device of the")
                    .hasMessageContaining("found them on cpu()");
        }
    }
}
