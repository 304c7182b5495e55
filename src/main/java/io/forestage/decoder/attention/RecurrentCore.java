package io.forestage.decoder.attention;

import ai.djl.ndarray.NDManager;

/** Attention that can go on from a state of constant size: linear and FMM attention. */
public interface RecurrentCore extends AttentionCore {

    /**
     * Starts rows of tokens.
     *
     * @param owner closes the state if nobody else does; on the device of the tokens
     * @return the state before the first token
     */
    AttentionState newState(NDManager owner);
}
