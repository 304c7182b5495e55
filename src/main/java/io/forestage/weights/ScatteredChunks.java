package io.forestage.weights;

import java.nio.ByteBuffer;
import java.util.List;
import java.util.Objects;

/** Elements that lie anyhow, gathered one by one from pages that are kept for a while. */
final class ScatteredChunks extends TensorChunks {

    private final List<Long> shape;
    private final List<Long> strides;
    private final long offset;
    private final Elements elements;
    private final SourcePages pages;

    /** The index of the next element, and how many elements lie before it in the storage. */
    private final long[] index;

    private long storageIndex;

    ScatteredChunks(TensorEntry entry, TensorPlace place) throws WeightFileException {
        super(entry, CHUNK);
        requirePlaceForEach(entry, place);
        shape = entry.shape();
        strides = Objects.requireNonNull(place.strides());
        offset = place.offset();
        elements = Elements.of(entry, place);
        pages = new SourcePages(entry, place);
        index = new long[shape.size()];
    }

    @Override
    void fill(long done, ByteBuffer chunk) throws WeightFileException {
        int size = elements.size();
        for (int to = 0; to < chunk.limit(); to += size) {
            long position = offset + storageIndex * size;
            ByteBuffer page = pages.holding(position);
            elements.copy(page, pages.indexOf(position), chunk, to);
            advance();
        }
    }

    private void advance() {
        for (int i = index.length - 1; i >= 0; i--) {
            storageIndex += strides.get(i);
            if (++index[i] < shape.get(i)) {
                return;
            }
            storageIndex -= strides.get(i) * index[i];
            index[i] = 0;
        }
    }

    /** A stride of 0 lets a small file describe more elements than any disk holds. */
    private static void requirePlaceForEach(TensorEntry entry, TensorPlace place)
            throws WeightFileException {
        long room = place.bytes().size() - place.offset();
        if (entry.byteSize() > room) {
            throw place.bytes()
                    .problem(
                            entry.name(),
                            "elements that lie each in a place of their own",
                            "%d bytes of elements in %d bytes of storage, with strides %s"
                                    .formatted(entry.byteSize(), room, place.strides()),
                            "save the tensor after .clone()");
        }
    }
}
