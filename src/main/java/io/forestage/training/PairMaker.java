package io.forestage.training;

/**
 * The pairs of center and context in one epoch of a text: for each token that is kept, those kept
 * tokens that lie within its window, in the same paragraph.
 */
final class PairMaker {

    private final int[] ids;
    private final Subsampling.Epoch draws;
    private final int window;

    PairMaker(TrainingText text, Subsampling.Epoch draws, int window) {
        ids = text.ids();
        this.draws = draws;
        this.window = window;
    }

    /** Takes pairs. */
    interface Pairs {
        void add(int center, int context);
    }

    /** The pairs whose center lies in a part of the text; their contexts may lie beyond it. */
    void make(int from, int to, Pairs pairs) {
        int start = reach(from, -1);
        int end = reach(to - 1, 1) + 1;
        int[] tokens = new int[end - start];
        int[] places = new int[end - start];
        int size = 0;
        for (int place = start; place < end; place++) {
            int id = ids[place];
            if (id == TrainingText.BREAK || draws.keeps(id, place)) {
                tokens[size] = id;
                places[size++] = place;
            }
        }
        for (int i = 0; i < size; i++) {
            if (tokens[i] != TrainingText.BREAK && places[i] >= from && places[i] < to) {
                around(tokens, size, i, draws.window(places[i]), pairs);
            }
        }
    }

    private static void around(int[] tokens, int size, int i, int window, Pairs pairs) {
        for (int k = i - 1; k >= 0 && k >= i - window && tokens[k] != TrainingText.BREAK; k--) {
            pairs.add(tokens[i], tokens[k]);
        }
        for (int k = i + 1; k < size && k <= i + window && tokens[k] != TrainingText.BREAK; k++) {
            pairs.add(tokens[i], tokens[k]);
        }
    }

    /** How far one has to look from a place to see a whole window of kept tokens. */
    private int reach(int place, int direction) {
        int seen = 0;
        int at = place;
        for (int next = place + direction;
                seen < window && next >= 0 && next < ids.length && ids[next] != TrainingText.BREAK;
                next += direction) {
            at = next;
            seen += draws.keeps(ids[next], next) ? 1 : 0;
        }
        return at;
    }
}
