package io.forestage.weights.words;

import io.forestage.support.HeapBudget;
import io.forestage.weights.WeightFileException;
import org.jspecify.annotations.Nullable;

/** Collects the words and vectors of a file, each word once, within what the heap can hold. */
final class WordReader {

    /** The largest width of a vector that is read. */
    static final int MAX_WIDTH = 1 << 16;

    /** The longest word in bytes. */
    static final int MAX_WORD = 1 << 16;

    private final WordInput in;
    private final int width;
    private final VectorStore vectors;
    private final WordList words = new WordList();
    private final HeapBudget budget = HeapBudget.ofOneFile();
    private int repeated;

    WordReader(WordInput in, int width, VectorStore vectors) {
        this.in = in;
        this.width = width;
        this.vectors = vectors;
    }

    int width() {
        return width;
    }

    WordList words() {
        return words;
    }

    VectorStore vectors() {
        return vectors;
    }

    int repeated() {
        return repeated;
    }

    /** Adds a word with its vector, or with its vector's place in the file. */
    void add(byte[] bytes, int from, int to, float @Nullable [] vector, long place)
            throws WeightFileException {
        int length = to - from;
        if (!budget.take(WordList.cost(length) + Long.BYTES * 2L) || !words.hasRoom(length)) {
            throw in.problem(
                    "words that fit into half of " + HeapBudget.heap(),
                    "more after %d words".formatted(words.size()),
                    HeapBudget.REMEDY);
        }
        if (!words.add(bytes, from, length)) {
            repeated++;
        } else if (vectors instanceof VectorStore.Scratch scratch && vector != null) {
            scratch.add(vector);
        } else if (vectors instanceof VectorStore.InFile places) {
            places.add(place);
        }
    }

    /** Returns this reader after the last word. */
    WordReader finished() throws WeightFileException {
        if (words.size() == 0) {
            throw in.problem(
                    "at least one word", "none", "check that it is a file of word vectors");
        }
        if (vectors instanceof VectorStore.Scratch scratch) {
            scratch.flush();
        }
        return this;
    }
}
