package io.forestage.words;

import java.util.List;

/**
 * Words that are added and subtracted, each with its unit vector.
 *
 * @param plus the words to add, at least one
 * @param minus the words to subtract
 */
public record WordSum(List<Word> plus, List<Word> minus) {

    /**
     * Copies the lists.
     *
     * @throws IllegalArgumentException if no word is added
     */
    public WordSum {
        plus = List.copyOf(plus);
        minus = List.copyOf(minus);
        if (plus.isEmpty()) {
            throw new IllegalArgumentException("expected a word to add, found none; name one");
        }
    }
}
