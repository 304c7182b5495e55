package io.forestage.weights;

import io.forestage.support.Quoted;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.WritableByteChannel;
import java.util.List;
import java.util.Objects;

/**
 * A tensor to write.
 *
 * @param name the tensor's name
 * @param type the type of its elements
 * @param shape its dimensions, none negative; empty for a scalar
 * @param data writes its bytes
 */
public record TensorSource(String name, ElementType type, List<Long> shape, TensorData data) {

    private static final int CHUNK = 1 << 16;

    /** The source of a tensor's bytes. */
    @FunctionalInterface
    public interface TensorData {

        /**
         * Writes exactly the tensor's bytes, little-endian, in C order.
         *
         * @param channel consumes a whole buffer in each call
         * @throws IOException if the bytes cannot be read or written
         */
        void writeTo(WritableByteChannel channel) throws IOException;
    }

    /**
     * Checks the shape.
     *
     * @throws IllegalArgumentException if a dimension is negative or the tensor takes 2^63 bytes or
     *     more
     */
    public TensorSource {
        Objects.requireNonNull(name, "name");
        Objects.requireNonNull(data, "data");
        shape = List.copyOf(shape);
        TensorEntry.Size.of(type, shape);
    }

    /**
     * Creates an F32 tensor.
     *
     * @param name the tensor's name
     * @param shape its dimensions
     * @param littleEndianFloats its bytes, from the buffer's position to its limit; not copied, and
     *     position and limit do not change
     * @return the tensor
     * @throws IllegalArgumentException if the buffer's size does not match the shape
     */
    public static TensorSource ofFloats(
            String name, List<Long> shape, ByteBuffer littleEndianFloats) {
        requireBytes(name, ElementType.F32, shape, littleEndianFloats.remaining());
        ByteBuffer bytes = littleEndianFloats.slice();
        return new TensorSource(
                name, ElementType.F32, shape, channel -> channel.write(bytes.duplicate()));
    }

    /**
     * Creates an I64 tensor.
     *
     * @param name the tensor's name
     * @param shape its dimensions
     * @param values its elements, in C order; not copied
     * @return the tensor
     * @throws IllegalArgumentException if the number of values does not match the shape
     */
    public static TensorSource ofLongs(String name, List<Long> shape, long[] values) {
        requireBytes(name, ElementType.I64, shape, (long) Long.BYTES * values.length);
        return new TensorSource(
                name, ElementType.I64, shape, channel -> writeLongs(values, channel));
    }

    /** Returns the tensor's size in bytes. */
    public long byteSize() {
        return TensorEntry.Size.of(type, shape).bytes();
    }

    /**
     * Writes the tensor's bytes and checks their number.
     *
     * @param channel receives the bytes
     * @throws IllegalArgumentException if the data's size does not match the shape
     * @throws IOException if the data cannot be read or written
     */
    public void writeTo(WritableByteChannel channel) throws IOException {
        ExactChannel.write(channel, name, byteSize(), data);
    }

    private static void writeLongs(long[] values, WritableByteChannel channel) throws IOException {
        ByteBuffer chunk = ByteBuffer.allocate(CHUNK).order(ByteOrder.LITTLE_ENDIAN);
        int max = CHUNK / Long.BYTES;
        for (int start = 0; start < values.length; start += max) {
            int count = Math.min(max, values.length - start);
            chunk.clear().limit(count * Long.BYTES);
            chunk.asLongBuffer().put(values, start, count);
            channel.write(chunk);
        }
    }

    private static void requireBytes(String name, ElementType type, List<Long> shape, long found) {
        long expected = TensorEntry.Size.of(type, shape).bytes();
        if (found != expected) {
            throw new IllegalArgumentException(
                    "%s: expected %d bytes for %s %s, found %d"
                            .formatted(Quoted.of(name), expected, type, shape, found));
        }
    }

    /** Checks that a tensor's data has the size that the file's header already states. */
    private static final class ExactChannel implements WritableByteChannel {

        private final WritableByteChannel file;
        private final String name;
        private final long size;
        private long written;
        private boolean open = true;

        private ExactChannel(WritableByteChannel file, String name, long size) {
            this.file = file;
            this.name = name;
            this.size = size;
        }

        /** Writes the data to the file; fails if it has another size. */
        static void write(WritableByteChannel file, String name, long size, TensorData data)
                throws IOException {
            ExactChannel channel = new ExactChannel(file, name, size);
            data.writeTo(channel);
            if (channel.written != size) {
                throw channel.unexpected(String.valueOf(channel.written));
            }
        }

        @Override
        public int write(ByteBuffer bytes) throws IOException {
            if (!open) {
                throw new ClosedChannelException();
            }
            if (bytes.remaining() > size - written) {
                throw unexpected("at least %d".formatted(written + bytes.remaining()));
            }
            int count = file.write(bytes);
            written += count;
            return count;
        }

        @Override
        public boolean isOpen() {
            return open;
        }

        @Override
        public void close() {
            open = false;
        }

        private IllegalArgumentException unexpected(String found) {
            return new IllegalArgumentException(
                    "%s: expected %d bytes from its source, found %s"
                            .formatted(Quoted.of(name), size, found));
        }
    }
}
