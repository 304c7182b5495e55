package io.forestage;

/**
 * One vector for each text.
 *
 * @param vectors (texts, D), in the texts' order
 * @param tokens the tokens of all texts that were embedded: those cut off do not count, those in an
 *     overlap of windows count each time
 */
// A holder of results that nobody compares.
@SuppressWarnings("ArrayRecordComponent")
public record TextVectors(float[][] vectors, long tokens) {}
