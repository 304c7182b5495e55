package io.forestage.hub;

import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** A set of a file's bytes, as ranges that neither overlap nor touch. */
final class ByteRanges {

    private final TreeMap<Long, Long> endByStart = new TreeMap<>();

    static ByteRanges of(Collection<ByteRange> ranges) {
        ByteRanges set = new ByteRanges();
        ranges.forEach(set::add);
        return set;
    }

    void add(ByteRange range) {
        if (range.length() == 0) {
            return;
        }
        long start = range.start();
        long end = range.end();
        Map.Entry<Long, Long> before = endByStart.floorEntry(start);
        if (before != null && before.getValue() >= start) {
            start = before.getKey();
            end = Math.max(end, before.getValue());
        }
        Map.Entry<Long, Long> after = endByStart.ceilingEntry(start);
        while (after != null && after.getKey() <= end) {
            end = Math.max(end, after.getValue());
            endByStart.remove(after.getKey());
            after = endByStart.ceilingEntry(start);
        }
        endByStart.put(start, end);
    }

    /** Returns the first part of a range that is not in the set. */
    Optional<ByteRange> firstGap(ByteRange wanted) {
        long start = wanted.start();
        Map.Entry<Long, Long> before = endByStart.floorEntry(start);
        if (before != null) {
            start = Math.max(start, before.getValue());
        }
        if (start >= wanted.end()) {
            return Optional.empty();
        }
        Long next = endByStart.higherKey(start);
        long end = next == null ? wanted.end() : Math.min(next, wanted.end());
        return Optional.of(new ByteRange(start, end));
    }

    /** Returns the number of bytes in the set. */
    long bytes() {
        return endByStart.entrySet().stream()
                .mapToLong(entry -> entry.getValue() - entry.getKey())
                .sum();
    }

    List<ByteRange> toList() {
        List<ByteRange> list = new ArrayList<>();
        endByStart.forEach((start, end) -> list.add(new ByteRange(start, end)));
        return list;
    }

    void clear() {
        endByStart.clear();
    }
}
