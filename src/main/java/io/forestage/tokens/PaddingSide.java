package io.forestage.tokens;

/** The side on which a batch's shorter rows are padded. */
public enum PaddingSide {
    /** Before the tokens, as for generation: every row ends with its last token. */
    LEFT,

    /** After the tokens, as for training. */
    RIGHT
}
