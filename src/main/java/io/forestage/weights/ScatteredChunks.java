package io.forestage.weights;

import java.nio.ByteBuffer;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/** Reads elements with arbitrary strides, one by one, through a cache of pages. */
final class ScatteredChunks extends TensorChunks {

    private final List<Long> shape;
    private final List<Long> strides;
    private final long offset;
    private final TensorChunks.Elements elements;
    private final Pages pages;

    /** The index of the next element; {@code storageIndex} is its index in the storage. */
    private final long[] index;

    private long storageIndex;

    ScatteredChunks(TensorEntry entry, TensorPlace place) throws WeightFileException {
        super(entry, CHUNK);
        requireNoSharing(entry, place);
        shape = entry.shape();
        strides = Objects.requireNonNull(place.strides());
        offset = place.offset();
        elements = TensorChunks.Elements.of(entry, place);
        pages = new Pages(entry, place);
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

    /** A stride of 0 lets a small file describe more elements than fit on any disk. */
    private static void requireNoSharing(TensorEntry entry, TensorPlace place)
            throws WeightFileException {
        long room = place.bytes().size() - place.offset();
        if (entry.byteSize() > room) {
            throw place.bytes()
                    .problem(
                            entry.name(),
                            "elements that do not share storage",
                            "%d bytes of elements in %d bytes of storage, with strides %s"
                                    .formatted(entry.byteSize(), room, place.strides()),
                            "save the tensor after .clone()");
        }
    }

    /** The most recently used pages of a source. */
    private static final class Pages {

        /** Small, because scattered elements use little of each page. */
        private static final int PAGE = 1 << 12;

        private static final int MAX_PAGES = 1 << 12;

        private final TensorEntry entry;
        private final TensorPlace place;
        private final TensorChunks.Elements elements;

        /** Pages start at an element's start, so that no element lies on two pages. */
        private final long start;

        private final Map<Long, ByteBuffer> pages = new LinkedHashMap<>(16, 0.75f, true);
        private long lastNumber = -1;
        private ByteBuffer last = ByteBuffer.allocate(0);

        Pages(TensorEntry entry, TensorPlace place) {
            this.entry = entry;
            this.place = place;
            elements = TensorChunks.Elements.of(entry, place);
            start = place.offset() % elements.size();
        }

        /** Returns the page that contains the element at a position. */
        ByteBuffer holding(long position) throws WeightFileException {
            long number = (position - start) / PAGE;
            if (number != lastNumber) {
                ByteBuffer page = pages.get(number);
                last = page == null ? read(number) : page;
                lastNumber = number;
            }
            return last;
        }

        /** Returns the index of the element in its page. */
        int indexOf(long position) {
            return (int) ((position - start) % PAGE);
        }

        private ByteBuffer read(long number) throws WeightFileException {
            ByteBuffer page = pages.size() < MAX_PAGES ? elements.allocate(PAGE) : removeEldest();
            long from = start + number * PAGE;
            page.clear().limit((int) Math.min(PAGE, place.bytes().size() - from));
            place.bytes().read(entry.name(), from, page);
            page.clear();
            pages.put(number, page);
            return page;
        }

        private ByteBuffer removeEldest() {
            Map.Entry<Long, ByteBuffer> eldest = pages.entrySet().iterator().next();
            pages.remove(eldest.getKey());
            return eldest.getValue();
        }
    }
}
