package io.forestage.model;

/** What is added to the tokens' vectors; {@code position_embedding_type} in config.json. */
public enum PositionKind {
    /** GPT-2's learned table wpe. */
    LEARNED,
    /** Sines and cosines, Vaswani et al. 2017 §3.5. */
    SINUSOIDAL,
    /** Nothing. */
    NONE
}
