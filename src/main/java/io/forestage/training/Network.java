package io.forestage.training;

import ai.djl.ndarray.NDManager;
import ai.djl.nn.Block;
import io.forestage.optim.ParameterGroups;

/**
 * What DJL trains: a block from {@link Examples#inputs} to logits, (…, classes).
 *
 * @param manager owns the block's parameters, and all that is made on the way
 * @param block the block, initialised
 * @param optimizer the optimisers of its parameters
 * @param learningRate the rate that is told of each step
 * @param rates all rates, to be told where a step fails
 * @param objective what its logits are to say
 * @param dropsOut whether training draws random numbers
 */
record Network(
        NDManager manager,
        Block block,
        ParameterGroups optimizer,
        double learningRate,
        String rates,
        Objective objective,
        boolean dropsOut)
        implements AutoCloseable {

    @Override
    public void close() {
        optimizer.close();
        manager.close();
    }
}
