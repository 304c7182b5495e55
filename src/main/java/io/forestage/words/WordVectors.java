package io.forestage.words;

import io.forestage.InputStage;
import io.forestage.tokens.TextTokenizer;
import io.forestage.weights.words.WordVectorFile;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.BitSet;
import java.util.List;
import java.util.OptionalInt;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Words with their vectors: those of a model's token table, or of a file. In a trained table, words
 * of similar meaning are near each other, and king − man + woman is near queen. Ids and one-hot
 * vectors have no such structure: every two different ones have cosine 0 and distance √2.
 *
 * <p>In a model, a word is " word", with the space before it, as inside a sentence. If that is
 * several tokens, its vector is the mean of theirs. Positions are not added. If the trained tokens
 * are recorded ({@link InputStage#trainedTokens}), the others have no meaning: they are refused as
 * words and left out of searches.
 *
 * <p><b>Source.</b> Mikolov et al. 2013, "Linguistic Regularities in Continuous Space Word
 * Representations", section 5: each word counts with its unit vector, similarity is the cosine, and
 * the given words are left out.
 */
public final class WordVectors implements AutoCloseable {

    private final Vocabulary vocabulary;
    private final VectorTable table;
    private final Runnable closing;

    private WordVectors(Vocabulary vocabulary, VectorTable table, Runnable closing) {
        this.vocabulary = vocabulary;
        this.table = table;
        this.closing = closing;
    }

    /**
     * A near word.
     *
     * @param row its row of the table: a token's id, or a word's number in the file
     * @param cosine the cosine with the sum, from −1 to 1
     */
    public record Neighbor(int row, double cosine) {}

    /**
     * Returns the words of a model.
     *
     * @param stage the stage; the caller closes it
     * @return its words, which need not be closed
     */
    public static WordVectors of(InputStage stage) {
        StageTable table = new StageTable(stage);
        return new WordVectors(
                new TokenVocabulary(
                        stage.tokenizer(), table.rows(), stage.trainedTokens().orElse(null)),
                table,
                () -> {});
    }

    /**
     * Returns the words of a table in memory.
     *
     * @param tokenizer the tokenizer whose tokens the rows are; the caller closes it
     * @param table the rows, one after another; kept, not copied
     * @param width D, the number of values of each row
     * @param trained the tokens whose rows have a meaning; null for all
     * @return its words, which need not be closed
     */
    public static WordVectors of(
            TextTokenizer tokenizer, float[] table, int width, @Nullable BitSet trained) {
        MemoryTable rows = new MemoryTable(table, width);
        return new WordVectors(
                new TokenVocabulary(tokenizer, rows.rows(), trained), rows, () -> {});
    }

    /**
     * Opens a file of word vectors: word2vec's binary or text, GloVe's or fastText's .vec.
     *
     * @param file the file
     * @return its words, to be closed
     * @throws IOException if it cannot be read
     */
    public static WordVectors open(Path file) throws IOException {
        WordVectorFile open = WordVectorFile.open(file);
        return new WordVectors(new FileVocabulary(open), new FileTable(open), open::close);
    }

    /**
     * Finds a word.
     *
     * @param text the word
     * @return its rows
     * @throws IllegalArgumentException if there is no such word, or the model was not trained on it
     */
    public Word word(String text) {
        return vocabulary.word(text);
    }

    /**
     * Finds a piece of a word: in a model, a text without a space before it.
     *
     * @param text the piece
     * @return its rows
     * @throws IllegalArgumentException as for {@link #word}
     */
    public Word piece(String text) {
        return vocabulary.piece(text);
    }

    /**
     * Finds a row by its number.
     *
     * @param id a token's id, or a word's number in the file
     * @return its row
     * @throws IllegalArgumentException if there is no such row, or the model was not trained on it
     */
    public Word id(long id) {
        return vocabulary.id(id);
    }

    /**
     * Returns the text of a row.
     *
     * @param row its number
     * @return a token's text with the space before it, or the word; for a part of a character its
     *     spelling by bytes; empty for a row without a token
     */
    public String text(int row) {
        return vocabulary.text(row);
    }

    /** Returns the number of rows. */
    public int rows() {
        return table.rows();
    }

    /** Returns D, the number of values of each vector. */
    public int width() {
        return table.width();
    }

    /** Returns how many rows are left out because the model was not trained on them. */
    public int untrained() {
        BitSet known = vocabulary.known();
        return known == null ? 0 : table.rows() - known.cardinality();
    }

    /**
     * Returns a word's vector.
     *
     * @param word the word
     * @return the mean of its rows, D values
     */
    public double[] vector(Word word) {
        double[] mean = new double[width()];
        float[] row = new float[width()];
        for (int each : word.rows()) {
            read(each, row);
            for (int i = 0; i < mean.length; i++) {
                mean[i] += (double) row[i] / word.rows().size();
            }
        }
        return mean;
    }

    /**
     * Returns a word's vector, scaled to length 1.
     *
     * @param word the word
     * @return D values; zeros if the vector is zero
     */
    public double[] unitVector(Word word) {
        double[] unit = new double[width()];
        Geometry.addUnit(unit, vector(word), 1);
        return unit;
    }

    /**
     * Returns the cosine of two words' vectors.
     *
     * @param one a word
     * @param other another
     * @return from −1 to 1; 0 if a vector is zero
     */
    public double cosine(Word one, Word other) {
        return Geometry.cosine(vector(one), vector(other));
    }

    /**
     * Returns the Euclidean distance of two words' vectors.
     *
     * @param one a word
     * @param other another
     * @return the distance, 0 or more
     */
    public double distance(Word one, Word other) {
        return Geometry.distance(vector(one), vector(other));
    }

    /**
     * Finds the words nearest to a sum of words. All rows are compared; of equally near ones, that
     * with the lower number comes first.
     *
     * @param sum the sum; its words and their pieces are left out
     * @param count how many to find
     * @return up to {@code count} words, the nearest first
     * @throws IllegalArgumentException if the count is below 1
     */
    public List<Neighbor> nearest(WordSum sum, int count) {
        if (count < 1) {
            throw new IllegalArgumentException(
                    "nearest words: expected a count of at least 1, found %d".formatted(count));
        }
        double[] query = new double[width()];
        sum.plus().forEach(word -> Geometry.addUnit(query, vector(word), 1));
        sum.minus().forEach(word -> Geometry.addUnit(query, vector(word), -1));
        int[] asked =
                Stream.concat(sum.plus().stream(), sum.minus().stream())
                        .flatMap(word -> word.rows().stream())
                        .mapToInt(Integer::intValue)
                        .toArray();
        return nearest(List.of(new Query(query, asked)), vocabulary.known(), count).get(0);
    }

    /** A vector whose nearest rows are wanted, and the rows to leave out. */
    @SuppressWarnings("ArrayRecordComponent") // Never compared.
    record Query(double[] vector, int[] excluded) {}

    List<List<Neighbor>> nearest(List<Query> queries, @Nullable BitSet allowed, int count) {
        return unchecked(() -> new NearestRows(table, allowed).find(queries, count));
    }

    /** Returns a word's row if it has exactly one, with a meaning or not. */
    OptionalInt single(String text) {
        int row = vocabulary.single(text);
        return row < 0 ? OptionalInt.empty() : OptionalInt.of(row);
    }

    boolean isKnown(int row) {
        BitSet known = vocabulary.known();
        return known == null || known.get(row);
    }

    List<Vocabulary.Entry> words() {
        return vocabulary.words();
    }

    double[] row(int row) {
        float[] values = new float[width()];
        read(row, values);
        return IntStream.range(0, values.length).mapToDouble(i -> values[i]).toArray();
    }

    @Override
    public void close() {
        closing.run();
    }

    private void read(int row, float[] into) {
        unchecked(
                () -> {
                    table.read(row, 1, into);
                    return into;
                });
    }

    private static <T> T unchecked(Reading<T> reading) {
        try {
            return reading.get();
        } catch (IOException e) {
            throw new UncheckedIOException(e.getMessage(), e);
        }
    }

    private interface Reading<T> {
        T get() throws IOException;
    }

    @SuppressWarnings("ArrayRecordComponent") // Never compared.
    private record MemoryTable(float[] values, int width) implements VectorTable {

        @Override
        public int rows() {
            return values.length / width;
        }

        @Override
        public void read(int first, int count, float[] into) {
            System.arraycopy(values, first * width, into, 0, count * width);
        }
    }

    private record FileTable(WordVectorFile file) implements VectorTable {

        @Override
        public int rows() {
            return file.words().size();
        }

        @Override
        public int width() {
            return file.width();
        }

        @Override
        public void read(int first, int count, float[] into) throws IOException {
            file.read(first, count, into);
        }
    }
}
