package io.forestage.tokens;

import java.util.List;
import java.util.concurrent.RecursiveAction;

/** Encodes some segments, on several threads if they are long together. */
@SuppressWarnings("serial") // Nobody writes it anywhere.
final class EncodeAction extends RecursiveAction {

    private static final long serialVersionUID = 1L;

    private final ByteLevelBpeEncoder encoder;
    private final List<Segment> segments;
    private final int from;
    private final int to;
    private final long[][] ids;

    /**
     * Keeps what it is given.
     *
     * @param encoder does the work
     * @param segments all segments
     * @param from the first one of this action
     * @param to the one after its last
     * @param ids where the ids of each segment go
     */
    EncodeAction(
            ByteLevelBpeEncoder encoder, List<Segment> segments, int from, int to, long[][] ids) {
        this.encoder = encoder;
        this.segments = segments;
        this.from = from;
        this.to = to;
        this.ids = ids;
    }

    @Override
    protected void compute() {
        if (isShort()) {
            encoder.encode(segments.subList(from, to), ids, from);
            return;
        }
        int middle = (from + to) >>> 1;
        invokeAll(
                new EncodeAction(encoder, segments, from, middle, ids),
                new EncodeAction(encoder, segments, middle, to, ids));
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
