package io.forestage.tokens;

/**
 * A stretch of a text that is encoded by itself: an added token, or text whose tokens are those
 * that it has inside the whole.
 *
 * @param text the whole text
 * @param from its first UTF-16 unit
 * @param to the unit after its last
 * @param token the added token's id, or {@link #TEXT}
 */
record Segment(String text, int from, int to, int token) {

    static final int TEXT = -1;

    int length() {
        return to - from;
    }
}
