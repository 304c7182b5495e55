package io.forestage.training;

/** The order in which a training reads the paragraphs of its files. */
public enum TextOrder {
    /**
     * Shuffled over all files, in an order that depends on the seed alone: each stretch of the text
     * has something of every file, so that the curve is one, and no file is the last.
     */
    MIXED,
    /** That of the files, one after the other. */
    KEPT
}
