package io.forestage;

import java.util.List;

/**
 * One vector for each text.
 *
 * @param vectors (texts, D), in the texts' order
 * @param tokens the tokens of all texts that were embedded: those cut off do not count, those in an
 *     overlap of windows count each time
 * @param ids the ids of each text, as many as were embedded, those in an overlap once
 */
// A holder of results that nobody compares.
@SuppressWarnings("ArrayRecordComponent")
public record TextVectors(float[][] vectors, long tokens, List<long[]> ids) {}
