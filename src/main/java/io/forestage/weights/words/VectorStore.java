package io.forestage.weights.words;

import io.forestage.support.FailureReason;
import io.forestage.weights.FileBytes;
import io.forestage.weights.WeightFileException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;

/** The vectors of a file in the order of its words. Several threads may read. */
interface VectorStore extends AutoCloseable {

    /** Reads {@code count} vectors from the {@code first}. */
    void read(int first, int count, float[] into) throws WeightFileException;

    @Override
    void close();

    /** Vectors that lie in the file as float32, with words between them. */
    final class InFile implements VectorStore {

        private static final int CHUNK = 1 << 20;

        private final FileBytes file;
        private final int width;
        private long[] places = new long[1 << 6];
        private int size;

        InFile(FileBytes file, int width) {
            this.file = file;
            this.width = width;
        }

        void add(long place) {
            if (size == places.length) {
                places = Arrays.copyOf(places, size + size / 2);
            }
            places[size++] = place;
        }

        @Override
        public void read(int first, int count, float[] into) throws WeightFileException {
            int bytes = width * Float.BYTES;
            ByteBuffer chunk = ByteBuffer.allocate(0);
            int done = 0;
            while (done < count) {
                long start = places[first + done];
                int end = done + 1;
                while (end < count && places[first + end] + bytes - start <= CHUNK) {
                    end++;
                }
                int length = (int) (places[first + end - 1] + bytes - start);
                if (chunk.capacity() < length) {
                    chunk =
                            ByteBuffer.allocate(Math.max(length, CHUNK))
                                    .order(ByteOrder.LITTLE_ENDIAN);
                }
                file.read(null, start, chunk.clear().limit(length));
                for (; done < end; done++) {
                    chunk.position((int) (places[first + done] - start));
                    chunk.asFloatBuffer().get(into, done * width, width);
                }
            }
        }

        @Override
        public void close() {
            file.close();
        }
    }

    /** Vectors that were decimal or compressed, as float32 in a temporary file. */
    final class Scratch implements VectorStore {

        private static final int CHUNK = 1 << 18;

        private final Path source;
        private final int width;
        private final FileChannel channel;
        private final ByteBuffer pending;

        Scratch(Path source, int width) throws WeightFileException {
            this.source = source;
            this.width = width;
            pending = buffer(Math.max(CHUNK, width * Float.BYTES));
            try {
                channel =
                        FileChannel.open(
                                Files.createTempFile("forestage-", ".tmp"),
                                StandardOpenOption.READ,
                                StandardOpenOption.WRITE,
                                StandardOpenOption.DELETE_ON_CLOSE);
            } catch (IOException failure) {
                throw failed(failure);
            }
        }

        void add(float[] vector) throws WeightFileException {
            if (pending.remaining() < width * Float.BYTES) {
                flush();
            }
            for (int i = 0; i < width; i++) {
                pending.putFloat(vector[i]);
            }
        }

        /** Must be called after the last vector. */
        void flush() throws WeightFileException {
            pending.flip();
            try {
                while (pending.hasRemaining()) {
                    channel.write(pending);
                }
            } catch (IOException failure) {
                throw failed(failure);
            }
            pending.clear();
        }

        @Override
        public void read(int first, int count, float[] into) throws WeightFileException {
            long size = (long) count * width * Float.BYTES;
            ByteBuffer chunk = buffer((int) Math.min(size, 4 * CHUNK));
            long start = (long) first * width * Float.BYTES;
            int done = 0;
            for (long at = 0; at < size; at += chunk.limit()) {
                chunk.clear().limit((int) Math.min(chunk.capacity(), size - at));
                readFully(start + at, chunk);
                chunk.flip();
                int floats = chunk.remaining() / Float.BYTES;
                chunk.asFloatBuffer().get(into, done, floats);
                done += floats;
            }
        }

        @Override
        public void close() {
            try {
                channel.close();
            } catch (IOException unimportant) {
                // The file is not read again.
            }
        }

        private void readFully(long position, ByteBuffer into) throws WeightFileException {
            try {
                while (into.hasRemaining()) {
                    if (channel.read(into, position + into.position()) < 0) {
                        throw new IOException("a truncated file");
                    }
                }
            } catch (IOException failure) {
                throw failed(failure);
            }
        }

        private WeightFileException failed(IOException failure) {
            return new WeightFileException(
                    source,
                    null,
                    "a temporary file for its vectors",
                    FailureReason.of(failure),
                    "free space in %s, or set another folder with -Djava.io.tmpdir"
                            .formatted(System.getProperty("java.io.tmpdir")),
                    failure);
        }

        private static ByteBuffer buffer(int size) {
            return ByteBuffer.allocate(size).order(ByteOrder.LITTLE_ENDIAN);
        }
    }
}
