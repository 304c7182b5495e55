package io.forestage.words;

import io.forestage.model.ModelFolder;
import io.forestage.tokens.TextTokenizer;
import io.forestage.weights.Gpt2Table;
import io.forestage.weights.StoredType;
import io.forestage.weights.checkpoint.Checkpoint;
import io.forestage.weights.checkpoint.LocatedTensor;
import io.forestage.weights.words.WordFormat;
import io.forestage.weights.words.WordVectorWriter;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.WritableByteChannel;
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
            LocatedTensor wte = weights.require(Gpt2Table.WTE);
            int rows = Math.toIntExact(wte.tableShape().get(0));
            int width = Math.toIntExact(wte.tableShape().get(1));
            ModelFolder folder = ModelFolder.open(model);
            BitSet kept = folder.trainedTokens().orElse(null);
            if (kept == null) {
                kept = new BitSet();
                kept.set(0, rows);
            }
            List<String> words;
            try (TextTokenizer tokenizer = folder.loadTokenizer()) {
                words = new Spelling(tokenizer).words(kept);
            }
            BitSet chosen = kept;
            new WordVectorWriter(format, width, words)
                    .write(
                            target,
                            next ->
                                    wte.file()
                                            .transferTo(
                                                    wte.entry(),
                                                    StoredType.FLOAT32,
                                                    new RowChannel(width, chosen, next)));
            wte.file().requireUnchanged();
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

    /** Cuts the bytes of a table into rows, and passes some of them on. */
    static final class RowChannel implements WritableByteChannel {

        private final BitSet kept;
        private final WordVectorWriter.Rows rows;
        private final ByteBuffer row;
        private final float[] vector;
        private int index;

        RowChannel(int width, BitSet kept, WordVectorWriter.Rows rows) {
            this.kept = kept;
            this.rows = rows;
            row = ByteBuffer.allocate(width * Float.BYTES).order(ByteOrder.LITTLE_ENDIAN);
            vector = new float[width];
        }

        @Override
        public int write(ByteBuffer bytes) throws IOException {
            int count = bytes.remaining();
            int end = bytes.limit();
            while (bytes.position() < end) {
                bytes.limit(Math.min(end, bytes.position() + row.remaining()));
                row.put(bytes);
                bytes.limit(end);
                if (!row.hasRemaining()) {
                    pass();
                }
            }
            return count;
        }

        private void pass() throws IOException {
            row.flip();
            if (kept.get(index++)) {
                row.asFloatBuffer().get(vector);
                rows.next(vector);
            }
            row.clear();
        }

        @Override
        public boolean isOpen() {
            return true;
        }

        @Override
        public void close() {}
    }
}
