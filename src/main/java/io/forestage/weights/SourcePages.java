package io.forestage.weights;

import java.nio.ByteBuffer;
import java.util.LinkedHashMap;
import java.util.Map;

/** The pages of a source that were used last, for elements that are read one by one. */
final class SourcePages {

    /** Small, since elements that hop about use little of each. */
    private static final int PAGE = 1 << 12;

    private static final int MOST_PAGES = 1 << 12;

    private final TensorEntry entry;
    private final TensorPlace place;
    private final Elements elements;

    /** Pages start where elements do, so that none lies on two. */
    private final long start;

    private final Map<Long, ByteBuffer> pages = new LinkedHashMap<>(16, 0.75f, true);
    private long lastNumber = -1;
    private ByteBuffer last = ByteBuffer.allocate(0);

    SourcePages(TensorEntry entry, TensorPlace place) {
        this.entry = entry;
        this.place = place;
        elements = Elements.of(entry, place);
        start = place.offset() % elements.size();
    }

    /** The page with the element at a position. */
    ByteBuffer holding(long position) throws WeightFileException {
        long number = (position - start) / PAGE;
        if (number != lastNumber) {
            ByteBuffer page = pages.get(number);
            last = page == null ? read(number) : page;
            lastNumber = number;
        }
        return last;
    }

    /** Where the element lies in its page. */
    int indexOf(long position) {
        return (int) ((position - start) % PAGE);
    }

    private ByteBuffer read(long number) throws WeightFileException {
        ByteBuffer page = pages.size() < MOST_PAGES ? elements.allocate(PAGE) : removeEldest();
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
