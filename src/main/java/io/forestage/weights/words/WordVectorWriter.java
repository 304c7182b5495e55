package io.forestage.weights.words;

import io.forestage.support.Quoted;
import io.forestage.weights.files.AtomicFile;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.WritableByteChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;

/** Writes a file of word vectors atomically, as gensim and the formats' own programs read it. */
public final class WordVectorWriter {

    private static final int CHUNK = 1 << 16;

    /** The most bytes of a float32 in decimal, such as -1.17549435E-38, and a space. */
    private static final int MAX_VALUE = 24;

    private final WordFormat format;
    private final int width;
    private final List<String> words;

    /**
     * Prepares a file.
     *
     * @param format its format
     * @param width D, the number of values of each word
     * @param words the words, each once, not empty and without spaces and line breaks
     * @throws IllegalArgumentException if a word cannot be written
     */
    public WordVectorWriter(WordFormat format, int width, List<String> words) {
        this.format = format;
        this.width = width;
        this.words = words;
        for (String word : words) {
            if (word.isEmpty() || word.chars().anyMatch(c -> c <= ' ')) {
                throw new IllegalArgumentException(
                        "expected a word without spaces and controls, found %s"
                                .formatted(Quoted.of(word)));
            }
        }
    }

    /** The vectors, in the words' order. */
    @FunctionalInterface
    public interface Vectors {

        /**
         * Reads a vector.
         *
         * @param word its word's index
         * @param into receives its D values
         * @throws IOException if it cannot be read
         */
        void read(int word, float[] into) throws IOException;
    }

    /**
     * Writes the file.
     *
     * @param target the file to write or replace
     * @param vectors its vectors
     * @throws IOException if it cannot be written or the vectors cannot be read
     */
    public void write(Path target, Vectors vectors) throws IOException {
        AtomicFile.write(target, channel -> new Output(channel).write(vectors));
    }

    private final class Output {

        private final WritableByteChannel channel;
        private final ByteBuffer pending =
                ByteBuffer.allocate(CHUNK).order(ByteOrder.LITTLE_ENDIAN);

        Output(WritableByteChannel channel) {
            this.channel = channel;
        }

        void write(Vectors vectors) throws IOException {
            if (format != WordFormat.GLOVE) {
                put("%d %d\n".formatted(words.size(), width));
            }
            float[] vector = new float[width];
            for (int i = 0; i < words.size(); i++) {
                vectors.read(i, vector);
                put(words.get(i));
                if (format == WordFormat.WORD2VEC) {
                    put(" ");
                }
                for (float value : vector) {
                    put(value);
                }
                put("\n");
            }
            flush();
        }

        private void put(float value) throws IOException {
            if (pending.remaining() < MAX_VALUE) {
                flush();
            }
            if (format == WordFormat.WORD2VEC) {
                pending.putFloat(value);
            } else {
                put(" " + value);
            }
        }

        private void put(String text) throws IOException {
            for (byte each : text.getBytes(StandardCharsets.UTF_8)) {
                if (!pending.hasRemaining()) {
                    flush();
                }
                pending.put(each);
            }
        }

        private void flush() throws IOException {
            channel.write(pending.flip());
            pending.clear();
        }
    }
}
