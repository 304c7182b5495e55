package io.forestage.training.text;

import java.util.Arrays;
import java.util.List;
import java.util.function.Consumer;
import java.util.stream.IntStream;

/**
 * A text as token ids, 4 bytes a token, with a {@link #BREAK} at each cut. Skip-gram's windows do
 * not cross a break.
 */
public final class TrainingText {

    public static final int BREAK = -1;

    private final int[] ids;

    /** The index of each piece's first token, in ascending order; the first one is 0. */
    private final int[] starts;

    private final int vocabularySize;
    private final List<TextFileReader.TextFile> files;

    /** Creates a text of ids below {@code vocabularySize}, or {@link #BREAK}. */
    public TrainingText(int[] ids, int vocabularySize, List<TextFileReader.TextFile> files) {
        this(ids, new int[] {0}, vocabularySize, files);
    }

    TrainingText(int[] ids, int[] starts, int vocabularySize, List<TextFileReader.TextFile> files) {
        this.ids = ids;
        this.starts = starts;
        this.vocabularySize = vocabularySize;
        this.files = List.copyOf(files);
    }

    /** Returns the ids themselves, not a copy. */
    public int[] ids() {
        return ids;
    }

    public int vocabularySize() {
        return vocabularySize;
    }

    public List<TextFileReader.TextFile> files() {
        return files;
    }

    /** Returns how often each token occurs, by its id. */
    public long[] counts() {
        long[] counts = new long[vocabularySize];
        for (int id : ids) {
            if (id != BREAK) {
                counts[id]++;
            }
        }
        return counts;
    }

    /**
     * Returns the text with its pieces in another order. It takes 4 bytes a token beside this one,
     * and 4 a piece.
     *
     * @param shuffle shuffles the numbers of the pieces in place
     */
    public TrainingText mixed(Consumer<int[]> shuffle) {
        int[] order = IntStream.range(0, starts.length).toArray();
        shuffle.accept(order);
        int[] mixed = new int[ids.length];
        int[] mixedStarts = new int[starts.length];
        int size = 0;
        for (int i = 0; i < order.length; i++) {
            int piece = order[i];
            int end = piece + 1 < starts.length ? starts[piece + 1] : ids.length;
            mixedStarts[i] = size;
            System.arraycopy(ids, starts[piece], mixed, size, end - starts[piece]);
            size += end - starts[piece];
        }
        return new TrainingText(mixed, mixedStarts, vocabularySize, files);
    }

    /** Returns the text without the tokens that occur fewer than {@code minCount} times. */
    public TrainingText withoutRare(int minCount) {
        long[] counts = counts();
        TokenList kept = new TokenList();
        int[] keptStarts = new int[starts.length];
        int piece = 0;
        for (int i = 0; i < ids.length; i++) {
            for (; piece < starts.length && starts[piece] == i; piece++) {
                keptStarts[piece] = kept.size();
            }
            if (ids[i] == BREAK || counts[ids[i]] >= minCount) {
                kept.add(ids[i]);
            }
        }
        Arrays.fill(keptStarts, piece, starts.length, kept.size());
        return new TrainingText(kept.toArray(), keptStarts, vocabularySize, files);
    }

    /** Returns whether any two tokens are neighbours, without a break between them. */
    public boolean hasPairs() {
        for (int i = 1; i < ids.length; i++) {
            if (ids[i] != BREAK && ids[i - 1] != BREAK) {
                return true;
            }
        }
        return false;
    }
}
