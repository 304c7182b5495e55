package io.forestage.pipeline;

/** How long the rows of one result are. */
enum Padding {
    /** Each as long as its own text. */
    NONE,
    /** All as long as the longest. */
    LONGEST,
    /** All of {@code maxLength}, for models with a fixed shape. */
    MAX_LENGTH
}
