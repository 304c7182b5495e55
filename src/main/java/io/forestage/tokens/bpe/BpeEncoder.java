package io.forestage.tokens.bpe;

import io.forestage.tokens.bpe.SegmentCutter.Segment;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.RecursiveAction;

/**
 * GPT-2's encoding in Java, for any vocabulary with all 256 bytes. It returns the ids of Hugging
 * Face's library, in at most n log n steps for n bytes. It is thread-safe.
 */
public final class BpeEncoder {

    private final CharacterClasses classes = CharacterClasses.read();
    private final SegmentCutter cutter;
    private final PieceCache cache = new PieceCache();
    private final MergeTable.ByteMerges merges;

    /** Makes an encoder. */
    public BpeEncoder(ByteLevelModel model) {
        this(model, SegmentCutter.LENGTH);
    }

    /**
     * Makes an encoder that cuts long texts into segments of about this length, in UTF-16 units.
     */
    public BpeEncoder(ByteLevelModel model, int segmentLength) {
        this.cutter = new SegmentCutter(classes, segmentLength);
        this.merges = new MergeTable.ByteMerges(model);
    }

    /**
     * Encodes texts. A long text, or many texts, are encoded by several threads of the calling
     * thread's {@link java.util.concurrent.ForkJoinPool}, or of the common pool.
     *
     * @param texts texts in well-formed UTF-16
     * @param added the tokens that are searched for first
     * @return the ids of each text
     */
    public long[][] ids(List<String> texts, List<AddedToken> added) {
        List<Segment> segments = new ArrayList<>(texts.size());
        int[] ends = new int[texts.size()];
        for (int i = 0; i < ends.length; i++) {
            String text = texts.get(i);
            cutter.cut(text, added, segments);
            ends[i] = segments.size();
        }
        long[][] parts = new long[segments.size()][];
        EncodeAction action = new EncodeAction(segments, 0, parts.length, parts);
        action.invoke();
        long[][] ids = new long[ends.length][];
        for (int i = 0; i < ends.length; i++) {
            ids[i] = join(parts, i == 0 ? 0 : ends[i - 1], ends[i]);
        }
        return ids;
    }

    /** Encodes segments on this thread, into {@code ids} from index {@code at} on. */
    void encode(List<Segment> segments, long[][] ids, int at) {
        PieceEncoder encoder = new PieceEncoder();
        int longest = segments.stream().mapToInt(Segment::length).max().orElse(0);
        IdList list = new IdList(longest / 3 + 16);
        for (int i = 0; i < segments.size(); i++) {
            Segment segment = segments.get(i);
            if (segment.token() != Segment.TEXT) {
                list.add(segment.token());
            } else {
                byte[] utf8 = segment.utf8();
                encoder.encode(utf8, new PieceScanner(classes, utf8), list);
            }
            ids[at + i] = list.take();
        }
    }

    private static long[] join(long[][] parts, int from, int to) {
        if (to - from == 1) {
            return parts[from];
        }
        int size = 0;
        for (int i = from; i < to; i++) {
            size = Math.addExact(size, parts[i].length);
        }
        long[] all = new long[size];
        int at = 0;
        for (int i = from; i < to; i++) {
            System.arraycopy(parts[i], 0, all, at, parts[i].length);
            at += parts[i].length;
        }
        return all;
    }

    /** Encodes segments, on several threads if their total length is large. */
    @SuppressWarnings("serial") // Never serialized.
    private final class EncodeAction extends RecursiveAction {

        private static final long serialVersionUID = 1L;

        private final List<Segment> segments;
        private final int from;
        private final int to;
        private final long[][] ids;

        /** Makes an action for segments from … to − 1; {@code ids} receives the ids of each. */
        EncodeAction(List<Segment> segments, int from, int to, long[][] ids) {
            this.segments = segments;
            this.from = from;
            this.to = to;
            this.ids = ids;
        }

        @Override
        protected void compute() {
            if (isShort()) {
                encode(segments.subList(from, to), ids, from);
                return;
            }
            int middle = (from + to) >>> 1;
            invokeAll(
                    new EncodeAction(segments, from, middle, ids),
                    new EncodeAction(segments, middle, to, ids));
        }

        private boolean isShort() {
            if (to - from <= 1) {
                return true;
            }
            long length = 0;
            for (int i = from; i < to && length <= SegmentCutter.LENGTH; i++) {
                length += segments.get(i).length();
            }
            return length <= SegmentCutter.LENGTH;
        }
    }

    /** Encodes bytes, piece by piece. Not thread-safe. */
    private final class PieceEncoder {

        /** From this number of bytes on, a heap of pairs is faster than searching all pairs. */
        private static final int MIN_HEAP_LENGTH = 128;

        private final int[] parts = new int[MIN_HEAP_LENGTH];
        private final int[] ranks = new int[MIN_HEAP_LENGTH];

        /** Adds the tokens of a text. */
        void encode(byte[] utf8, PieceScanner scanner, IdList ids) {
            int at = 0;
            while (at < utf8.length) {
                int end = scanner.end(at);
                add(utf8, at, end - at, ids);
                at = end;
            }
        }

        private void add(byte[] utf8, int from, int length, IdList ids) {
            if (length > PieceCache.MAX_LENGTH) {
                addUncached(utf8, from, length, ids);
                return;
            }
            int[] found = cache.find(utf8, from, length);
            if (found == null) {
                int count = merges.merge(utf8, from, length, parts, ranks);
                cache.put(utf8, from, length, parts, count);
                ids.addAll(parts, count);
            } else {
                ids.addAll(found, found.length);
            }
        }

        private void addUncached(byte[] utf8, int from, int length, IdList ids) {
            if (length < MIN_HEAP_LENGTH) {
                ids.addAll(parts, merges.merge(utf8, from, length, parts, ranks));
                return;
            }
            HeapMerge all = new HeapMerge(merges, utf8, from, length);
            ids.addAll(all.parts(), all.merge());
        }
    }

    /** A growable array of ids. */
    private static final class IdList {

        private long[] ids;
        private int size;

        IdList(int capacity) {
            ids = new long[capacity];
        }

        void add(long id) {
            if (size == ids.length) {
                ids = Arrays.copyOf(ids, size + (size >> 1) + 16);
            }
            ids[size++] = id;
        }

        void addAll(int[] more, int count) {
            for (int i = 0; i < count; i++) {
                add(more[i]);
            }
        }

        /** Returns the ids and empties the list. */
        long[] take() {
            long[] taken = Arrays.copyOf(ids, size);
            size = 0;
            return taken;
        }
    }
}
