package io.forestage.optim;

import ai.djl.Device;
import ai.djl.nn.Block;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;

/**
 * An optimiser whose state can be written, read again and freed: training that goes on from a saved
 * state and the weights saved with it gives the very bits of training that was never interrupted.
 */
public sealed interface ResumableOptimizer extends AutoCloseable
        permits RowSparseOptimizer, ParameterGroups {

    /**
     * Writes what the optimiser remembers of a block's parameters, under their names in the block.
     *
     * @param block the trained block
     * @param out where to; not closed
     * @throws IOException if writing fails
     */
    void saveState(Block block, DataOutputStream out) throws IOException;

    /**
     * Reads what {@link #saveState} wrote, in place of what this optimiser remembers. If the state
     * is refused, everything stays as it was.
     *
     * @param block a block with parameters of the same names and shapes, initialised
     * @param in where from; not closed, and read no further than the state
     * @param devices those that train; that of the parameters when none is given
     * @throws OptimizerStateException if this is no state of this kind of optimiser for the block
     * @throws IOException if reading fails
     */
    void loadState(Block block, DataInputStream in, Device... devices) throws IOException;

    /** Frees the state. The optimiser cannot be used afterwards. */
    @Override
    void close();
}
