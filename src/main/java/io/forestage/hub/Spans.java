package io.forestage.hub;

import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** A set of a file's bytes: spans that neither overlap nor touch. */
final class Spans {

    private final TreeMap<Long, Long> endByStart = new TreeMap<>();

    static Spans of(Collection<Span> spans) {
        Spans set = new Spans();
        spans.forEach(set::add);
        return set;
    }

    void add(Span span) {
        if (span.length() == 0) {
            return;
        }
        long start = span.start();
        long end = span.end();
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

    /** The first bytes of a span that are not in the set. */
    Optional<Span> firstGap(Span wanted) {
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
        return Optional.of(new Span(start, end));
    }

    /** How many bytes are in the set. */
    long bytes() {
        return endByStart.entrySet().stream()
                .mapToLong(entry -> entry.getValue() - entry.getKey())
                .sum();
    }

    List<Span> toList() {
        List<Span> list = new ArrayList<>();
        endByStart.forEach((start, end) -> list.add(new Span(start, end)));
        return list;
    }

    void clear() {
        endByStart.clear();
    }
}
