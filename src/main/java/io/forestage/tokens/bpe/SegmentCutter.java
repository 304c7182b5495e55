package io.forestage.tokens.bpe;

import static io.forestage.tokens.bpe.CharacterClasses.SPACE;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;

/**
 * Cuts long texts into segments for several threads. It cuts only where GPT-2's pattern ends a
 * piece in every context.
 */
final class SegmentCutter {

    /** The usual length in UTF-16 units: worth another thread, and small enough for an L2 cache. */
    static final int LENGTH = 1 << 16;

    private final CharacterClasses classes;
    private final int length;

    SegmentCutter(CharacterClasses classes, int length) {
        this.classes = classes;
        this.length = length;
    }

    /** Adds the segments of a text to a list; added tokens are found first. */
    void cut(String text, List<AddedToken> added, List<Segment> segments) {
        if (added.isEmpty()) {
            cut(text, 0, text.length(), segments);
        } else {
            new AddedTokenFinder(added, text, segments).find();
        }
    }

    /** Adds the segments of a part of a text; a segment is longer if its last piece is long. */
    private void cut(String text, int from, int to, List<Segment> segments) {
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
     * Returns a place to cut: where characters of one class are followed by another class. It does
     * not cut after white space, whose pieces depend on the next character, or after an apostrophe,
     * which may start a contraction.
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

    /**
     * A part of a text that can be encoded separately: an added token, or text whose tokens do not
     * depend on the text around it.
     *
     * @param text the whole text
     * @param from the index of its first UTF-16 unit
     * @param to the index after its last one
     * @param token the added token's id, or {@link #TEXT}
     */
    record Segment(String text, int from, int to, int token) {

        static final int TEXT = -1;

        int length() {
            return to - from;
        }

        byte[] utf8() {
            return text.substring(from, to).getBytes(StandardCharsets.UTF_8);
        }
    }

    /**
     * Finds added tokens in a text as Hugging Face's library does: first those that are not
     * normalized, then the others in the text between them. It takes the leftmost token, and the
     * longest of those that start there.
     */
    private final class AddedTokenFinder {

        private static final int NONE = Integer.MAX_VALUE;

        private final String text;
        private final List<Segment> segments;
        private final List<Round> rounds;

        AddedTokenFinder(List<AddedToken> added, String text, List<Segment> segments) {
            this.text = text;
            this.segments = segments;
            this.rounds =
                    List.of(
                            new Round(added.stream().filter(t -> !t.normalized()).toList()),
                            new Round(added.stream().filter(AddedToken::normalized).toList()));
        }

        void find() {
            find(0, 0, text.length());
        }

        private void find(int round, int from, int to) {
            if (round == rounds.size()) {
                cut(text, from, to, segments);
                return;
            }
            int at = from;
            Round tokens = rounds.get(round);
            for (int i = tokens.next(at, to); i >= 0; i = tokens.next(at, to)) {
                AddedToken token = tokens.added.get(i);
                int start = tokens.starts[i];
                find(round + 1, at, start);
                at = start + token.content().length();
                segments.add(new Segment(text, start, at, token.id()));
            }
            find(round + 1, at, to);
        }

        /** The tokens that are searched for together. */
        private final class Round {

            private final List<AddedToken> added;

            /**
             * The next occurrence of each, so that the text is searched only once for each token.
             */
            private final int[] starts;

            Round(List<AddedToken> added) {
                this.added = added;
                this.starts = new int[added.size()];
                Arrays.fill(starts, -1);
            }

            /** Returns the index of the first token in a part of the text, or −1. */
            int next(int from, int to) {
                int best = -1;
                for (int i = 0; i < starts.length; i++) {
                    String content = added.get(i).content();
                    if (starts[i] < from) {
                        int found = text.indexOf(content, from);
                        starts[i] = found < 0 ? NONE : found;
                    }
                    if (starts[i] <= to - content.length() && (best < 0 || precedes(i, best))) {
                        best = i;
                    }
                }
                return best;
            }

            private boolean precedes(int i, int other) {
                return starts[i] < starts[other]
                        || (starts[i] == starts[other]
                                && added.get(i).content().length()
                                        > added.get(other).content().length());
            }
        }
    }
}
