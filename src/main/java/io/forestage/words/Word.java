package io.forestage.words;

import java.util.List;

/**
 * A word and the rows that its vector is the mean of: mostly one.
 *
 * @param text the word as it was asked for
 * @param rows its rows of the table, at least one
 * @param pieces the text of each row
 */
public record Word(String text, List<Integer> rows, List<String> pieces) {

    public Word {
        rows = List.copyOf(rows);
        pieces = List.copyOf(pieces);
    }

    /** Returns whether the vector is the mean of several rows. */
    public boolean isMean() {
        return rows.size() > 1;
    }
}
