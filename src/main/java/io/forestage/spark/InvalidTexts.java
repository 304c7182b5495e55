package io.forestage.spark;

/** What becomes of a row whose text cannot be embedded, in the words of Spark's own stages. */
enum InvalidTexts {
    /** The task fails; the message names the row. */
    ERROR,
    /** The row is left out. */
    SKIP,
    /** The row stays, with nulls and its problem. */
    KEEP
}
