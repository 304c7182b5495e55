package io.forestage.weights;

import java.nio.ByteBuffer;
import java.util.List;

/**
 * Reads a matrix in column-major order, such as NumPy's Fortran order and PyTorch's transposed
 * views. It reads many rows at a time, so that each column contributes one long piece.
 */
final class ColumnMajorChunks extends TensorChunks {

    /** The bytes read at a time: a few thousand rows of GPT-2's tables. */
    private static final int TILE = 1 << 23;

    private final TensorEntry entry;
    private final TensorPlace place;
    private final TensorChunks.Elements elements;
    private final ByteBuffer piece;
    private final int rowBytes;
    private final int columns;
    private final long columnStride;

    ColumnMajorChunks(TensorEntry entry, TensorPlace place) {
        super(entry, tile(entry));
        this.entry = entry;
        this.place = place;
        elements = TensorChunks.Elements.of(entry, place);
        rowBytes = rowBytes(entry);
        columns = Math.toIntExact(entry.shape().get(1));
        columnStride = place.strides() == null ? 0 : place.strides().get(1);
        piece = elements.allocate(maxBytes() / rowBytes * elements.size());
    }

    static boolean fits(TensorEntry entry, TensorPlace place) {
        List<Long> strides = place.strides();
        return strides != null
                && strides.size() == 2
                && strides.get(0) == 1
                && entry.shape().get(1) <= TILE / entry.type().bytes();
    }

    @Override
    void fill(long done, ByteBuffer chunk) throws WeightFileException {
        int size = elements.size();
        long firstRow = done / rowBytes;
        int rows = chunk.limit() / rowBytes;
        for (int column = 0; column < columns; column++) {
            piece.clear().limit(rows * size);
            long first = firstRow + column * columnStride;
            place.bytes().read(entry.name(), place.offset() + first * size, piece);
            for (int row = 0; row < rows; row++) {
                elements.copy(piece, row * size, chunk, row * rowBytes + column * size);
            }
        }
    }

    private static int tile(TensorEntry entry) {
        return TILE / rowBytes(entry) * rowBytes(entry);
    }

    private static int rowBytes(TensorEntry entry) {
        return Math.toIntExact(entry.shape().get(1) * entry.type().bytes());
    }
}
