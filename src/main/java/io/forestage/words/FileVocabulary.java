package io.forestage.words;

import io.forestage.support.Quoted;
import io.forestage.weights.words.WordList;
import io.forestage.weights.words.WordVectorFile;
import java.util.AbstractList;
import java.util.BitSet;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The words of a file, exactly as it spells them. */
final class FileVocabulary implements Vocabulary {

    private final WordVectorFile file;
    private final WordList words;

    FileVocabulary(WordVectorFile file) {
        this.file = file;
        words = file.words();
    }

    @Override
    public Word word(String text) {
        int row = words.indexOf(text);
        if (row < 0) {
            throw new IllegalArgumentException(
                    "%s: expected one of the %d words of %s, found none so spelled; try another case, or a more common word"
                            .formatted(Quoted.of(text), words.size(), file.path()));
        }
        return one(text, row);
    }

    @Override
    public int single(String text) {
        return words.indexOf(text);
    }

    @Override
    public Word id(long id) {
        if (id < 0 || id >= words.size()) {
            throw new IllegalArgumentException(
                    "id %d: expected the number of a word of %s, from 0 to %d"
                            .formatted(id, file.path(), words.size() - 1));
        }
        return one(words.word((int) id), (int) id);
    }

    @Override
    public Word piece(String text) {
        return word(text);
    }

    @Override
    public String text(int row) {
        return words.word(row);
    }

    @Override
    public @Nullable BitSet known() {
        return null;
    }

    @Override
    public List<Entry> words() {
        return new AbstractList<>() {
            @Override
            public Entry get(int index) {
                return new Entry(index, words.word(index));
            }

            @Override
            public int size() {
                return words.size();
            }
        };
    }

    private static Word one(String text, int row) {
        return new Word(text, List.of(row), List.of(text));
    }
}
