package io.forestage.weights.words;

import io.forestage.support.FailureReason;
import io.forestage.support.Quoted;
import io.forestage.weights.FileBytes;
import io.forestage.weights.WeightFileException;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.zip.GZIPInputStream;
import java.util.zip.ZipException;

/** The bytes of a file of word vectors from its beginning to its end, inflated if it is gzip's. */
final class WordInput {

    /** A first line, a word and the values of a word of the largest width fit into it. */
    private static final int BUFFER = 1 << 19;

    private final FileBytes file;
    private final boolean isPacked;
    private final InputStream in;
    private final byte[] buffer = new byte[BUFFER];
    private int next;
    private int limit;

    /** The position of the buffer's first byte in the inflated content. */
    private long base;

    WordInput(FileBytes file) throws WeightFileException {
        this.file = file;
        byte[] head = new byte[(int) Math.min(2, file.size())];
        file.read(null, 0, ByteBuffer.wrap(head));
        isPacked = head.length == 2 && head[0] == 0x1f && head[1] == (byte) 0x8b;
        InputStream all = new Content(file);
        try {
            in = isPacked ? new GZIPInputStream(all, 1 << 16) : all;
        } catch (IOException failure) {
            throw damaged(failure);
        }
    }

    boolean isPacked() {
        return isPacked;
    }

    /** Returns the position of the next byte. */
    long position() {
        return base + next;
    }

    /** Returns whether there is no byte left. */
    boolean isAtEnd() throws WeightFileException {
        return !has(1);
    }

    /** Returns the next byte, and leaves it there; there must be one. */
    byte peek() {
        return buffer[next];
    }

    /** Passes over bytes that {@link #has} found. */
    void skip(int count) {
        next += count;
    }

    /** Returns the bytes that hold what comes next; {@link #start} is its index. */
    byte[] bytes() {
        return buffer;
    }

    int start() {
        return next;
    }

    int available() {
        return limit - next;
    }

    /** Returns whether so many bytes are left, at most the buffer's size; then they are in it. */
    boolean has(int count) throws WeightFileException {
        while (limit - next < count) {
            if (next > 0) {
                System.arraycopy(buffer, next, buffer, 0, limit - next);
                base += next;
                limit -= next;
                next = 0;
            }
            int read;
            try {
                read = in.read(buffer, limit, buffer.length - limit);
            } catch (WeightFileException described) {
                throw described;
            } catch (IOException failure) {
                throw damaged(failure);
            }
            if (read < 0) {
                return false;
            }
            limit += read;
        }
        return true;
    }

    /** Returns a problem at a place of the content. */
    WeightFileException problem(String expected, String found, String remedy) {
        return file.problem(null, expected, found, remedy);
    }

    /** Quotes a word or a field of the file. */
    static String quoted(byte[] bytes, int from, int to) {
        return Quoted.of(new String(bytes, from, to - from, StandardCharsets.UTF_8));
    }

    private WeightFileException damaged(IOException failure) {
        boolean isData = failure instanceof ZipException || failure instanceof EOFException;
        return new WeightFileException(
                file.path(),
                null,
                "a complete gzip file",
                isData
                        ? "damaged data after %d bytes of text".formatted(base + limit)
                        : FailureReason.of(failure),
                FileBytes.DAMAGED,
                failure);
    }

    /** A file's bytes as a stream. */
    private static final class Content extends InputStream {

        private final FileBytes file;
        private long position;

        Content(FileBytes file) {
            this.file = file;
        }

        @Override
        public int read() throws IOException {
            byte[] one = new byte[1];
            return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
        }

        @Override
        public int read(byte[] into, int offset, int length) throws IOException {
            int count = (int) Math.min(length, file.size() - position);
            if (count <= 0) {
                return length == 0 ? 0 : -1;
            }
            file.read(null, position, ByteBuffer.wrap(into, offset, count));
            position += count;
            return count;
        }

        @Override
        public int available() {
            // GZIPInputStream asks whether another member may follow.
            return (int) Math.min(Integer.MAX_VALUE, file.size() - position);
        }
    }
}
