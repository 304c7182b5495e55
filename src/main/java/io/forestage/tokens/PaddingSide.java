package io.forestage.tokens;

/** The side on which a batch's shorter rows are filled up. */
public enum PaddingSide {
    /** Before the tokens, as generation needs it: every row ends with its last token. */
    LEFT,

    /** After the tokens, as training has it. */
    RIGHT
}
