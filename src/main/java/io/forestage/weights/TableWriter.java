package io.forestage.weights;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.IntBuffer;
import java.nio.channels.WritableByteChannel;

/** Copies a table from one file into another and converts its elements. */
final class TableWriter {

    private final TensorChunks chunks;
    private final FloatConversion widening;
    private final TensorEntry entry;
    private final ByteSource source;
    private final ByteBuffer floats;
    private final ByteBuffer halves;

    TableWriter(StoredTensor tensor) throws WeightFileException {
        entry = tensor.entry();
        source = tensor.place().bytes();
        chunks = TensorChunks.of(tensor);
        int elements = chunks.maxBytes() / entry.type().bytes();
        widening = new FloatConversion(entry.type(), elements);
        floats = littleEndian(elements * Float.BYTES);
        halves = littleEndian(elements * Short.BYTES);
    }

    /** Writes all elements as float32. */
    void writeFloats(WritableByteChannel target) throws IOException {
        while (nextFloats()) {
            writeFully(floats, target);
        }
    }

    /** Writes all elements as float16; fails at a finite one beyond its range. */
    void writeHalves(WritableByteChannel target) throws IOException {
        long before = 0;
        while (nextFloats()) {
            IntBuffer bits = floats.asIntBuffer();
            halves.clear();
            for (int i = 0; bits.hasRemaining(); i++) {
                halves.putShort(narrowed(bits.get(), before + i));
            }
            before += floats.remaining() / Float.BYTES;
            writeFully(halves.flip(), target);
        }
    }

    private boolean nextFloats() throws WeightFileException {
        ByteBuffer chunk = chunks.next();
        if (chunk == null) {
            return false;
        }
        IntBuffer view = floats.clear().asIntBuffer();
        widening.widen(chunk, view);
        floats.limit(view.position() * Float.BYTES);
        return true;
    }

    private short narrowed(int bits, long index) throws WeightFileException {
        float value = Float.intBitsToFloat(bits);
        if (!FloatConversion.fitsHalf(value)) {
            throw source.problem(
                    entry.name(),
                    "values in float16's range, up to 65504",
                    "%s as element %d".formatted(value, index),
                    "keep the type, or choose float32");
        }
        return FloatConversion.toHalf(bits);
    }

    private static void writeFully(ByteBuffer bytes, WritableByteChannel target)
            throws IOException {
        while (bytes.hasRemaining()) {
            target.write(bytes);
        }
    }

    private static ByteBuffer littleEndian(int bytes) {
        return ByteBuffer.allocate(bytes).order(ByteOrder.LITTLE_ENDIAN);
    }
}
