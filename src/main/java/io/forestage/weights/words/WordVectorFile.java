package io.forestage.weights.words;

import io.forestage.weights.FileBytes;
import io.forestage.weights.WeightFileException;
import java.nio.file.Path;

/**
 * An open file of word vectors: word2vec's binary or text, GloVe's text or fastText's {@code .vec},
 * each also compressed by gzip. The content decides the format. Opening reads all of it once and
 * checks it: every word has all its values, and every value is finite.
 *
 * <p>The vectors are not kept in memory. Those of an uncompressed binary file are read where they
 * lie; those in decimal, or compressed, are kept as float32 in a temporary file until it is closed.
 * A word that comes again is left out: its first vector counts, as in gensim.
 */
public final class WordVectorFile implements AutoCloseable {

    private final FileBytes file;
    private final WordFormat format;
    private final int width;
    private final WordList words;
    private final VectorStore vectors;
    private final int repeated;

    private WordVectorFile(FileBytes file, WordFormat format, WordReader read) {
        this.file = file;
        this.format = format;
        width = read.width();
        words = read.words();
        vectors = read.vectors();
        repeated = read.repeated();
    }

    /**
     * Opens a file and reads its words.
     *
     * @param path the file; a symbolic link is followed
     * @return the open file; the caller closes it
     * @throws WeightFileException if it cannot be read or is not a complete file of word vectors
     */
    public static WordVectorFile open(Path path) throws WeightFileException {
        FileBytes file = FileBytes.open(path);
        try {
            WordInput in = new WordInput(file);
            WordHeader header = WordHeader.read(in, file);
            WordReader reader =
                    header.format() == WordFormat.WORD2VEC
                            ? BinaryWords.read(in, file, header)
                            : TextWords.read(in, file, header);
            WordVectorFile open = new WordVectorFile(file, header.format(), reader);
            // The words must be those of the file whose vectors are read later.
            file.requireUnchanged();
            return open;
        } catch (WeightFileException | RuntimeException | Error failure) {
            file.close();
            throw failure;
        }
    }

    /** Returns the path as it was given to {@link #open}. */
    public Path path() {
        return file.path();
    }

    /** Returns the format of the file's content. */
    public WordFormat format() {
        return format;
    }

    /** Returns D, the number of values of each word. */
    public int width() {
        return width;
    }

    /** Returns the words, each once, in the file's order. */
    public WordList words() {
        return words;
    }

    /** Returns how many words were left out because they came again. */
    public int repeated() {
        return repeated;
    }

    /**
     * Reads vectors. Several threads may do so.
     *
     * @param first the index of the first word
     * @param count the number of words
     * @param into receives {@code count} × D values
     * @throws WeightFileException if the file was changed or cannot be read
     */
    public void read(int first, int count, float[] into) throws WeightFileException {
        vectors.read(first, count, into);
    }

    @Override
    public void close() {
        vectors.close();
        file.close();
    }
}
