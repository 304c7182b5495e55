package io.forestage.training.skipgram;

import io.forestage.training.text.TrainingText;

/**
 * Makes the pairs of center and context in one epoch of a text. After subsampling, each token is
 * paired with the tokens within its window and its paragraph.
 */
final class PairMaker {

    private final int[] ids;
    private final Subsampling.Epoch draws;
    private final int window;

    /** Makes the pairs of ids, or {@link TrainingText#BREAK}. */
    PairMaker(int[] ids, Subsampling.Epoch draws, int window) {
        this.ids = ids;
        this.draws = draws;
        this.window = window;
    }

    /** Receives pairs. */
    interface Pairs {
        void add(int center, int context);
    }

    /** Makes the pairs whose center lies in a part of the text; contexts may lie outside it. */
    void make(int from, int to, Pairs pairs) {
        int start = reach(from, -1);
        int end = reach(to - 1, 1) + 1;
        int[] tokens = new int[end - start];
        int[] positions = new int[end - start];
        int size = 0;
        for (int position = start; position < end; position++) {
            int id = ids[position];
            if (id == TrainingText.BREAK || draws.keeps(id, position)) {
                tokens[size] = id;
                positions[size++] = position;
            }
        }
        for (int i = 0; i < size; i++) {
            if (tokens[i] != TrainingText.BREAK && positions[i] >= from && positions[i] < to) {
                around(tokens, size, i, draws.window(positions[i]), pairs);
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

    /** Returns the farthest position, in one direction, whose token may be in the window. */
    private int reach(int position, int direction) {
        int seen = 0;
        int farthest = position;
        for (int next = position + direction;
                seen < window && next >= 0 && next < ids.length && ids[next] != TrainingText.BREAK;
                next += direction) {
            farthest = next;
            seen += draws.keeps(ids[next], next) ? 1 : 0;
        }
        return farthest;
    }
}
