package io.forestage.tokens;

import static io.forestage.tokens.CharacterClasses.SPACE;

import java.util.List;

/**
 * Cuts long texts into segments for several threads, at places where GPT-2's pattern ends a piece
 * whatever comes before and after.
 */
final class SegmentCutter {

    /** Large beside the cost of handing it to another thread, small beside a second-level cache. */
    static final int LENGTH = 1 << 16;

    private final CharacterClasses classes;
    private final int length;

    SegmentCutter(CharacterClasses classes, int length) {
        this.classes = classes;
        this.length = length;
    }

    /** Adds the segments of a stretch of text; a piece without an end may make one long. */
    void cut(String text, int from, int to, List<Segment> segments) {
        int start = from;
        while (to - start > length) {
            int end = safeCut(text, start + length, to);
            segments.add(new Segment(text, start, end, Segment.TEXT));
            start = end;
        }
        if (start < to) {
            segments.add(new Segment(text, start, to, Segment.TEXT));
        }
    }

    /**
     * A run of one class ends where another begins. Only white space depends on what follows it,
     * and an apostrophe may begin a contraction.
     */
    private int safeCut(String text, int from, int to) {
        int at = Character.isLowSurrogate(text.charAt(from)) ? from + 1 : from;
        int before = text.codePointBefore(at);
        while (at < to) {
            int after = text.codePointAt(at);
            int kind = classes.of(before);
            if (kind != SPACE && before != '\'' && classes.of(after) != kind) {
                return at;
            }
            before = after;
            at += Character.charCount(after);
        }
        return to;
    }
}
