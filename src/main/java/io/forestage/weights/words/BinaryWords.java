package io.forestage.weights.words;

import io.forestage.weights.FileBytes;
import io.forestage.weights.WeightFileException;

/**
 * Reads word2vec's binary format after its first line: each word, a space and its values as
 * little-endian float32. A line break before a word is passed over: word2vec's own program writes
 * one after each vector.
 */
final class BinaryWords {

    private static final int NOT_FINITE = 0x7f800000;

    private final WordInput in;
    private final WordHeader header;

    private BinaryWords(WordInput in, WordHeader header) {
        this.in = in;
        this.header = header;
    }

    static WordReader read(WordInput in, FileBytes file, WordHeader header)
            throws WeightFileException {
        VectorStore store =
                in.isPacked()
                        ? new VectorStore.Scratch(file.path(), header.width())
                        : new VectorStore.InFile(file, header.width());
        try {
            return new BinaryWords(in, header).read(new WordReader(in, header.width(), store));
        } catch (WeightFileException | RuntimeException | Error failure) {
            store.close();
            throw failure;
        }
    }

    private WordReader read(WordReader reader) throws WeightFileException {
        int size = header.width() * Float.BYTES;
        float[] vector = new float[header.width()];
        for (long i = 0; i < header.count(); i++) {
            while (!in.isAtEnd() && in.peek() == '\n') {
                in.skip(1);
            }
            int length = wordLength(i);
            if (!in.has(length + 1 + size)) {
                throw in.problem(
                        "%d bytes of values after word %d, %s, at byte %d"
                                .formatted(
                                        size,
                                        i,
                                        WordInput.quoted(
                                                in.bytes(), in.start(), in.start() + length),
                                        in.position()),
                        "%d".formatted(in.available() - length - 1),
                        FileBytes.DAMAGED);
            }
            int start = in.start();
            decode(in.bytes(), start + length + 1, vector, i);
            reader.add(in.bytes(), start, start + length, vector, in.position() + length + 1);
            in.skip(length + 1 + size);
        }
        requireEnd();
        return reader.finished();
    }

    private int wordLength(long index) throws WeightFileException {
        int length = 0;
        while (in.has(length + 1) && length <= WordReader.MAX_WORD) {
            if (in.bytes()[in.start() + length] == ' ') {
                if (length == 0) {
                    break;
                }
                return length;
            }
            length++;
        }
        throw in.problem(
                "word %d of %d, of 1 to %d bytes, and a space at byte %d"
                        .formatted(index, header.count(), WordReader.MAX_WORD, in.position()),
                length == 0 ? (in.isAtEnd() ? "the file's end" : "a space") : "no space",
                FileBytes.DAMAGED);
    }

    private void decode(byte[] bytes, int from, float[] vector, long index)
            throws WeightFileException {
        for (int i = 0; i < vector.length; i++) {
            int at = from + i * Float.BYTES;
            int bits =
                    (bytes[at] & 0xff)
                            | (bytes[at + 1] & 0xff) << 8
                            | (bytes[at + 2] & 0xff) << 16
                            | bytes[at + 3] << 24;
            if ((bits & NOT_FINITE) == NOT_FINITE) {
                throw in.problem(
                        "finite values of word %d, %s, at byte %d"
                                .formatted(
                                        index,
                                        WordInput.quoted(bytes, in.start(), from - 1),
                                        in.position()),
                        "%s at index %d".formatted(Float.intBitsToFloat(bits), i),
                        FileBytes.DAMAGED);
            }
            vector[i] = Float.intBitsToFloat(bits);
        }
    }

    private void requireEnd() throws WeightFileException {
        while (!in.isAtEnd()) {
            if (in.peek() != '\n') {
                throw in.problem(
                        "the file's end after its %d words".formatted(header.count()),
                        "more at byte %d".formatted(in.position()),
                        FileBytes.DAMAGED);
            }
            in.skip(1);
        }
    }
}
