package io.forestage.tokens;

/**
 * The spellings of a text's tokens and their places in it.
 *
 * @param tokens each token as the vocabulary spells it
 * @param starts each token's first UTF-16 unit
 * @param ends the unit after each token's last
 */
@SuppressWarnings("ArrayRecordComponent") // Nobody compares these.
record TokenPlaces(String[] tokens, int[] starts, int[] ends) {}
