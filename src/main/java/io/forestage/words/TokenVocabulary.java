package io.forestage.words;

import io.forestage.support.Quoted;
import io.forestage.tokens.TextTokenizer;
import io.forestage.tokens.TokenSequence;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A model's tokens. A word is " word", with the space before it, as inside a sentence; if it is
 * several tokens, it has all their rows.
 */
final class TokenVocabulary implements Vocabulary {

    private static final char REPLACED = '\uFFFD';

    private final TextTokenizer tokenizer;
    private final int rows;
    private final @Nullable BitSet trained;

    TokenVocabulary(TextTokenizer tokenizer, int rows, @Nullable BitSet trained) {
        this.tokenizer = tokenizer;
        this.rows = rows;
        this.trained = trained;
    }

    @Override
    public Word word(String text) {
        return of(text, " " + text);
    }

    @Override
    public Word piece(String text) {
        return of(text, text);
    }

    @Override
    public Word id(long id) {
        if (id < 0 || id >= rows) {
            throw new IllegalArgumentException(
                    "id %d: expected a row of the table, from 0 to %d".formatted(id, rows - 1));
        }
        String text = text((int) id);
        requireTrained("id %d".formatted(id), id);
        return new Word(text, List.of((int) id), List.of(text));
    }

    @Override
    public int single(String text) {
        TokenSequence tokens = tokenizer.encode(" " + text);
        return tokens.size() == 1 && tokens.ids()[0] < rows ? (int) tokens.ids()[0] : -1;
    }

    @Override
    public String text(int row) {
        if (row >= tokenizer.vocabularySize()) {
            return "";
        }
        String text = tokenizer.decode(row);
        return text.indexOf(REPLACED) < 0 ? text : tokenizer.idToToken(row);
    }

    @Override
    public @Nullable BitSet known() {
        return trained;
    }

    /** The tokens that are a space and a word; of a tokenizer without such, all of them. */
    @Override
    public List<Entry> words() {
        List<Entry> words = new ArrayList<>();
        for (int row = 0; row < Math.min(rows, tokenizer.vocabularySize()); row++) {
            String text = text(row);
            boolean isWord = text.length() > 1 && text.charAt(0) == ' ' && text.charAt(1) != ' ';
            if (isWord && (trained == null || trained.get(row))) {
                words.add(new Entry(row, text.substring(1)));
            }
        }
        return words;
    }

    private Word of(String asked, String text) {
        if (asked.isEmpty()) {
            throw new IllegalArgumentException("expected a word, found an empty text; write one");
        }
        List<Integer> all = new ArrayList<>();
        List<String> pieces = new ArrayList<>();
        for (long id : tokenizer.encode(text).ids()) {
            String piece = tokenizer.idToToken(id);
            if (id >= rows) {
                throw new IllegalArgumentException(
                        "%s: expected tokens with a row among the table's %d, found %s, id %d; use the model that was trained with it"
                                .formatted(Quoted.of(asked), rows, Quoted.of(piece), id));
            }
            requireTrained(Quoted.of(asked), id);
            all.add((int) id);
            pieces.add(text((int) id));
        }
        return new Word(asked, all, pieces);
    }

    private void requireTrained(String asked, long id) {
        if (trained != null && !trained.get((int) id)) {
            throw new IllegalArgumentException(
                    "%s: expected a word that the model was trained on, found one that its text lacks (token %s); its vector is random"
                            .formatted(asked, Quoted.of(text((int) id))));
        }
    }
}
