package io.forestage.training.text;

import java.util.List;

/**
 * A text as token ids, 4 bytes a token, with a {@link #BREAK} at each cut. Skip-gram's windows do
 * not cross a break.
 */
public final class TrainingText {

    public static final int BREAK = -1;

    private final int[] ids;
    private final int vocabularySize;
    private final List<TextFileReader.TextFile> files;

    /** Creates a text of ids below {@code vocabularySize}, or {@link #BREAK}. */
    public TrainingText(int[] ids, int vocabularySize, List<TextFileReader.TextFile> files) {
        this.ids = ids;
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

    /** Returns the text without the tokens that occur fewer than {@code minCount} times. */
    public TrainingText withoutRare(int minCount) {
        long[] counts = counts();
        TokenList kept = new TokenList();
        for (int id : ids) {
            if (id == BREAK || counts[id] >= minCount) {
                kept.add(id);
            }
        }
        return new TrainingText(kept.toArray(), vocabularySize, files);
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
