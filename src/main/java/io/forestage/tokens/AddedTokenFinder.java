package io.forestage.tokens;

import java.util.Arrays;
import java.util.List;

/**
 * Finds added tokens in one text as Hugging Face's library does: first all that are not normalized,
 * then, in what is left between those, the others; each time the leftmost, and the longest of those
 * that start there.
 */
final class AddedTokenFinder {

    private static final int NONE = Integer.MAX_VALUE;

    private final String text;
    private final SegmentCutter cutter;
    private final List<Segment> segments;
    private final List<Round> rounds;

    /**
     * Keeps what it is given.
     *
     * @param added the tokens to be found
     * @param text the text
     * @param cutter cuts what lies between them
     * @param segments where everything goes, in order
     */
    AddedTokenFinder(
            List<AddedToken> added, String text, SegmentCutter cutter, List<Segment> segments) {
        this.text = text;
        this.cutter = cutter;
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
            cutter.cut(text, from, to, segments);
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

    /** The tokens that are looked for together. */
    private final class Round {

        private final List<AddedToken> added;

        /** Where each is found next, so that no part of the text is searched twice for one. */
        private final int[] starts;

        Round(List<AddedToken> added) {
            this.added = added;
            this.starts = new int[added.size()];
            Arrays.fill(starts, -1);
        }

        /** The index of the token that is found first in a stretch, or −1. */
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
