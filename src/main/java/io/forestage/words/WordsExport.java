package io.forestage.words;

import io.forestage.tokens.TextTokenizer;
import io.forestage.weights.checkpoint.Checkpoint;
import io.forestage.weights.words.WordFormat;
import io.forestage.weights.words.WordVectorWriter;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Writes a model's token table as a file of word vectors, as float32. Rows that the model was not
 * trained on are left out, as they have no meaning.
 *
 * <p>A word is the token as the vocabulary spells it: in GPT-2's alphabet of printable characters,
 * {@code Ġking} for " king" and {@code Ċ} for a line break, so that each token is a word of its own
 * without spaces, line breaks or invalid UTF-8.
 */
public final class WordsExport {

    private final Path model;
    private final WordFormat format;

    /**
     * Prepares an export; nothing is read or written yet.
     *
     * @param model a model folder or a weight file
     * @param format the format to write
     */
    public WordsExport(Path model, WordFormat format) {
        this.model = model;
        this.format = format;
    }

    /**
     * Writes the file.
     *
     * @param target the file to write or replace
     * @throws IOException if the model is invalid or the file cannot be written
     */
    public void write(Path target) throws IOException {
        try (Checkpoint weights = Checkpoint.open(model)) {
            TrainedRows rows = TrainedRows.of(model, weights);
            List<String> words;
            try (TextTokenizer tokenizer = rows.folder().loadTokenizer()) {
                words = new Spelling(tokenizer).words(rows.ids());
            }
            new WordVectorWriter(format, rows.width(), words)
                    .write(target, next -> rows.read(next::next));
        }
    }

    /** Spells tokens as words, each different from all others. */
    private static final class Spelling {

        private final TextTokenizer tokenizer;
        private final Set<String> used = new HashSet<>();

        Spelling(TextTokenizer tokenizer) {
            this.tokenizer = tokenizer;
        }

        List<String> words(BitSet rows) {
            List<String> words = new ArrayList<>();
            rows.stream().forEach(row -> words.add(unique(row, spelled(row))));
            return words;
        }

        private @Nullable String spelled(int row) {
            if (row >= tokenizer.vocabularySize()) {
                return null;
            }
            String token;
            try {
                token = tokenizer.idToToken(row);
            } catch (IllegalArgumentException none) {
                return null; // a gap in the vocabulary
            }
            if (!hasGap(token)) {
                return token;
            }
            // An added token is spelled as text; its pieces are spelled in the alphabet.
            StringBuilder pieces = new StringBuilder();
            for (long id : tokenizer.encode(token).ids()) {
                pieces.append(tokenizer.idToToken(id));
            }
            return hasGap(pieces.toString()) ? null : pieces.toString();
        }

        private String unique(int row, @Nullable String word) {
            String unused = word == null || word.isEmpty() ? "row" + row : word;
            while (!used.add(unused)) {
                unused += "#" + row;
            }
            return unused;
        }

        private static boolean hasGap(String token) {
            return token.codePoints()
                    .anyMatch(
                            c ->
                                    c <= ' '
                                            || Character.isWhitespace(c)
                                            || Character.isSpaceChar(c)
                                            || Character.isISOControl(c));
        }
    }
}
