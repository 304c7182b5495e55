package io.forestage.training.text;

import java.util.List;

/**
 * A text as the training sees it, 4 bytes a token: the tokens' ids, and {@link #BREAK} between
 * paragraphs, across which no window reaches.
 */
public final class TrainingText {

    public static final int BREAK = -1;

    private final int[] ids;
    private final int vocabularySize;
    private final List<TextFileReader.TextFile> files;

    /** A text of a vocabulary's ids, read from files. */
    public TrainingText(int[] ids, int vocabularySize, List<TextFileReader.TextFile> files) {
        this.ids = ids;
        this.vocabularySize = vocabularySize;
        this.files = List.copyOf(files);
    }

    /** The ids themselves, not a copy. */
    public int[] ids() {
        return ids;
    }

    public int vocabularySize() {
        return vocabularySize;
    }

    public List<TextFileReader.TextFile> files() {
        return files;
    }

    /** How often each token occurs, by its id. */
    public long[] counts() {
        long[] counts = new long[vocabularySize];
        for (int id : ids) {
            if (id != BREAK) {
                counts[id]++;
            }
        }
        return counts;
    }

    /** The same without the tokens that occur less often than that. */
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

    /** Whether any two tokens are neighbours. */
    public boolean hasPairs() {
        for (int i = 1; i < ids.length; i++) {
            if (ids[i] != BREAK && ids[i - 1] != BREAK) {
                return true;
            }
        }
        return false;
    }
}
