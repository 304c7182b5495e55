package io.forestage.words;

import java.util.BitSet;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Which rows of a table a word has. */
interface Vocabulary {

    /** Returns a word's rows; throws if the vocabulary lacks it, or its rows have no meaning. */
    Word word(String text);

    /** Returns a word's row, or -1 if it has not exactly one. */
    int single(String text);

    /** Returns a row by its number. */
    Word id(long id);

    /** Returns the row of a text as it is, without a space before it. */
    Word piece(String text);

    /** Returns the text of a row, for a token its text with the space before it. */
    String text(int row);

    /** Returns the rows with a meaning; null if all have one. */
    @Nullable BitSet known();

    /** Returns the rows that are whole words, with their text; in a file, all of them. */
    List<Entry> words();

    /** A row that is a word. */
    record Entry(int row, String text) {}
}
