package io.forestage.weights.words;

/** The formats of files of word vectors. */
public enum WordFormat {
    /** A line with the number of words and values; then each word, a space and its float32. */
    WORD2VEC,
    /** The same line; then a line for each word, its values in decimal. fastText's .vec too. */
    WORD2VEC_TEXT,
    /** A line for each word, without a first line. */
    GLOVE
}
