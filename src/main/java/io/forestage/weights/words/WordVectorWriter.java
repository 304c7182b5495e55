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

    /** Takes the vectors, in the words' order. */
    @FunctionalInterface
    public interface Rows {

        /**
         * Writes the next word with its vector.
         *
         * @param vector its D values; not kept
         * @throws IOException if it cannot be written
         */
        void next(float[] vector) throws IOException;
    }

    /** Gives the vectors. */
    @FunctionalInterface
    public interface Vectors {

        /**
         * Gives the vector of each word.
         *
         * @param rows takes them
         * @throws IOException if they cannot be read or written
         */
        void writeTo(Rows rows) throws IOException;
    }

    /**
     * Writes the file.
     *
     * @param target the file to write or replace
     * @param vectors gives a vector for each word
     * @throws IOException if it cannot be written or the vectors cannot be read
     * @throws IllegalArgumentException if there are more or fewer vectors than words
     */
    public void write(Path target, Vectors vectors) throws IOException {
        AtomicFile.write(
                target,
                channel -> {
                    Output output = new Output(channel);
                    vectors.writeTo(output::next);
                    output.finish();
                });
    }

    private final class Output {

        private final WritableByteChannel channel;
        private final ByteBuffer pending =
                ByteBuffer.allocate(CHUNK).order(ByteOrder.LITTLE_ENDIAN);
        private boolean begun;
        private int written;

        Output(WritableByteChannel channel) {
            this.channel = channel;
        }

        void next(float[] vector) throws IOException {
            begin();
            if (written == words.size() || vector.length != width) {
                throw unexpected("more of %d values".formatted(vector.length));
            }
            put(words.get(written++));
            if (format == WordFormat.WORD2VEC) {
                put(" ");
            }
            for (float value : vector) {
                put(value);
            }
            put("\n");
        }

        void finish() throws IOException {
            begin();
            if (written < words.size()) {
                throw unexpected("%d".formatted(written));
            }
            flush();
        }

        private void begin() throws IOException {
            if (!begun && format != WordFormat.GLOVE) {
                put("%d %d\n".formatted(words.size(), width));
            }
            begun = true;
        }

        private IllegalArgumentException unexpected(String found) {
            return new IllegalArgumentException(
                    "expected %d vectors of %d values, found %s"
                            .formatted(words.size(), width, found));
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
