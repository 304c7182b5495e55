package io.forestage.model;

import ai.djl.Device;
import ai.djl.engine.Engine;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.Block;
import ai.djl.training.initializer.Initializer;

/**
 * Draws a block's tables with a seed of their own, on the CPU and then moved, as each kind of
 * device draws other numbers from a seed. libtorch has one generator for the process, so its stream
 * is set aside and afterwards goes on from a seed drawn from it: what a program draws later still
 * depends on the program's own seed. A thread that draws meanwhile is not kept apart.
 */
final class RandomTables {

    private RandomTables() {}

    static synchronized void initialize(NDManager manager, Block block, int seed) {
        Engine engine = manager.getEngine();
        int resume;
        try (NDManager host = engine.newBaseManager(Device.cpu());
                NDArray drawn =
                        host.randomInteger(0, Integer.MAX_VALUE, new Shape(1), DataType.INT64)) {
            resume = Math.toIntExact(drawn.getLong(0));
        }
        engine.setRandomSeed(seed);
        try {
            block.initialize(manager, DataType.FLOAT32, new Shape(1, 1));
        } finally {
            engine.setRandomSeed(resume);
        }
    }

    /** Values as the CPU draws them, on the device of whoever asks. */
    static Initializer onHost(Initializer drawing) {
        return (manager, shape, type) -> {
            if (manager.getDevice().equals(Device.cpu())) {
                return drawing.initialize(manager, shape, type);
            }
            try (NDManager host = manager.getEngine().newBaseManager(Device.cpu())) {
                NDArray moved =
                        drawing.initialize(host, shape, type).toDevice(manager.getDevice(), true);
                moved.attach(manager);
                return moved;
            }
        };
    }
}
