package io.forestage.tokens;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/**
 * GPT-2's encoding in Java, for any vocabulary that has all 256 bytes: the ids of Hugging Face's
 * library, for a text of n bytes in n log n steps at most. Any number of threads may use it.
 */
final class ByteLevelBpeEncoder {

    private final CharacterClasses classes = CharacterClasses.read();
    private final SegmentCutter cutter;
    private final KnownPieces known = new KnownPieces();
    private final ByteMerges merges;

    ByteLevelBpeEncoder(ByteLevelModel model) {
        this(model, SegmentCutter.LENGTH);
    }

    ByteLevelBpeEncoder(ByteLevelModel model, int segmentLength) {
        this.cutter = new SegmentCutter(classes, segmentLength);
        this.merges = new ByteMerges(model);
    }

    /**
     * Encodes texts; long ones, and many, on the threads of the {@link
     * java.util.concurrent.ForkJoinPool} that calls, else of the common one.
     *
     * @param texts well-formed texts
     * @param added the tokens that are found in them first
     * @return the ids of each text
     */
    long[][] ids(List<String> texts, List<AddedToken> added) {
        List<Segment> segments = new ArrayList<>(texts.size());
        int[] ends = new int[texts.size()];
        for (int i = 0; i < ends.length; i++) {
            String text = texts.get(i);
            if (added.isEmpty()) {
                cutter.cut(text, 0, text.length(), segments);
            } else {
                new AddedTokenFinder(added, text, cutter, segments).find();
            }
            ends[i] = segments.size();
        }
        long[][] parts = new long[segments.size()][];
        EncodeAction action = new EncodeAction(this, segments, 0, parts.length, parts);
        action.invoke();
        long[][] ids = new long[ends.length][];
        for (int i = 0; i < ends.length; i++) {
            ids[i] = join(parts, i == 0 ? 0 : ends[i - 1], ends[i]);
        }
        return ids;
    }

    /** Encodes segments on this thread. */
    void encode(List<Segment> segments, long[][] ids, int at) {
        PieceEncoder encoder = new PieceEncoder(merges, known);
        int longest = segments.stream().mapToInt(Segment::length).max().orElse(0);
        IdList list = new IdList(longest / 3 + 16);
        for (int i = 0; i < segments.size(); i++) {
            Segment segment = segments.get(i);
            if (segment.token() != Segment.TEXT) {
                list.add(segment.token());
            } else {
                byte[] utf8 =
                        segment.text()
                                .substring(segment.from(), segment.to())
                                .getBytes(StandardCharsets.UTF_8);
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
}
