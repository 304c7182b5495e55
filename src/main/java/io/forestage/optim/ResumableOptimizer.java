package io.forestage.optim;

import ai.djl.Device;
import ai.djl.nn.Block;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;

/**
 * An optimiser whose state can be saved, loaded and freed. A training that continues from a saved
 * state and the weights saved with it computes the same bits as a training without interruption.
 */
public sealed interface ResumableOptimizer extends AutoCloseable
        permits RowSparseOptimizer, ParameterGroups {

    /**
     * Writes the optimiser's state of a block's parameters, under their names in the block.
     *
     * @param block the trained block
     * @param out receives the state; it is not closed
     * @throws IOException if writing fails
     */
    void saveState(Block block, DataOutputStream out) throws IOException;

    /**
     * Reads what {@link #saveState} wrote and replaces this optimiser's state. After an exception
     * the optimiser is unchanged.
     *
     * @param block an initialised block with parameters of the same names and shapes
     * @param in is read to the end of the state and not closed
     * @param devices the devices that train; the parameters' device when none is given
     * @throws OptimizerStateException if the state is damaged, or is not that of this kind of
     *     optimiser for the block
     * @throws IOException if reading fails
     */
    void loadState(Block block, DataInputStream in, Device... devices) throws IOException;

    /** Frees the state. The optimiser cannot be used afterwards. */
    @Override
    void close();
}
