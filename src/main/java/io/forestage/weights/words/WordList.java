package io.forestage.weights.words;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * The words of a file in its order, each once, as their bytes: a million take some twenty
 * megabytes. A word need not be valid UTF-8.
 */
public final class WordList {

    /** Arrays cannot be longer. */
    private static final int MAX_BYTES = Integer.MAX_VALUE - 16;

    private byte[] bytes = new byte[1 << 10];
    private int[] ends = new int[1 << 6];
    private int size;

    /** Open addressing: 0 is free, else a word's index + 1. Its length is a power of two. */
    private int[] slots = new int[1 << 8];

    WordList() {}

    /** Returns the number of words. */
    public int size() {
        return size;
    }

    /**
     * Returns a word.
     *
     * @param index its index
     * @return the word; bytes that are not UTF-8 are replaced by U+FFFD
     */
    public String word(int index) {
        int start = start(index);
        return new String(bytes, start, ends[index] - start, StandardCharsets.UTF_8);
    }

    /**
     * Looks for a word.
     *
     * @param word the word
     * @return its index, or -1
     */
    public int indexOf(String word) {
        byte[] wanted = word.getBytes(StandardCharsets.UTF_8);
        return slots[slot(wanted, 0, wanted.length)] - 1;
    }

    /** Adds a word; returns false if it is there already. */
    boolean add(byte[] from, int start, int length) {
        int slot = slot(from, start, length);
        if (slots[slot] != 0) {
            return false;
        }
        int begin = size == 0 ? 0 : ends[size - 1];
        reserve(begin, length);
        System.arraycopy(from, start, bytes, begin, length);
        ends[size++] = begin + length;
        slots[slot] = size;
        if (size > slots.length / 2) {
            rehash();
        }
        return true;
    }

    /** About how many bytes a word of this length takes, growing arrays included. */
    static int cost(int length) {
        return 2 * length + 2 * Integer.BYTES + 6 * Integer.BYTES;
    }

    /** Returns whether a word of this length still fits. */
    boolean hasRoom(int length) {
        return size < (1 << 29) && (size == 0 ? 0 : ends[size - 1]) <= MAX_BYTES - length;
    }

    private int start(int index) {
        return index == 0 ? 0 : ends[index - 1];
    }

    private void reserve(int used, int length) {
        if (bytes.length - used < length) {
            long wanted = Math.max(used + (long) length, bytes.length * 3L / 2);
            bytes = Arrays.copyOf(bytes, (int) Math.min(wanted, MAX_BYTES));
        }
        if (size == ends.length) {
            ends = Arrays.copyOf(ends, size + size / 2);
        }
    }

    private void rehash() {
        slots = new int[2 * slots.length];
        for (int i = 0; i < size; i++) {
            slots[slot(bytes, start(i), ends[i] - start(i))] = i + 1;
        }
    }

    /** Returns the slot of a word, or the free one where it belongs. */
    private int slot(byte[] from, int start, int length) {
        int slot = hash(from, start, length) & (slots.length - 1);
        while (slots[slot] != 0 && !isAt(slots[slot] - 1, from, start, length)) {
            slot = (slot + 1) & (slots.length - 1);
        }
        return slot;
    }

    private boolean isAt(int index, byte[] from, int start, int length) {
        return Arrays.equals(bytes, start(index), ends[index], from, start, start + length);
    }

    private static int hash(byte[] from, int start, int length) {
        long hash = 0;
        for (int i = start; i < start + length; i++) {
            hash = (hash ^ (from[i] & 0xff)) * 0x9e3779b97f4a7c15L;
            hash ^= hash >>> 29;
        }
        return (int) (hash ^ (hash >>> 32));
    }
}
