package io.forestage.tokens.bpe;

import java.util.Arrays;

/**
 * Merges the tokens of a piece of any length in n log n steps. A heap holds the pairs, lowest rank
 * first and leftmost first; a linked list holds the parts that are left.
 */
final class HeapMerge {

    private final MergeTable table;
    private final int[] parts;
    private final int[] next;
    private final int[] previous;

    /**
     * The rank of each part's pair with the next part; a heap entry with another rank is outdated.
     */
    private final int[] ranks;

    /** A binary heap; each entry has a rank and a part's index. */
    private long[] heap;

    private int heapSize;

    /** Starts with the tokens of single bytes. */
    HeapMerge(MergeTable.ByteMerges merges, byte[] utf8, int from, int length) {
        this.table = merges.table();
        this.parts = new int[length];
        this.next = new int[length];
        this.previous = new int[length];
        this.ranks = new int[length];
        this.heap = new long[length];
        merges.start(utf8, from, length, parts, ranks);
        ranks[length - 1] = MergeTable.NEVER;
    }

    /** Returns the tokens, in the array's front after {@link #merge}. */
    int[] parts() {
        return parts;
    }

    /**
     * Merges the parts in place.
     *
     * @return the number of parts that are left, in the array's front
     */
    int merge() {
        int count = next.length;
        for (int i = 0; i < count; i++) {
            next[i] = i + 1;
            previous[i] = i - 1;
            enqueue(i);
        }
        while (heapSize > 0) {
            long lowest = poll();
            int at = (int) lowest;
            int rank = (int) (lowest >>> 32);
            if (ranks[at] == rank) {
                mergeAt(at, rank);
            }
        }
        int left = 0;
        for (int i = 0; i < count; i = next[i]) {
            parts[left++] = parts[i];
        }
        return left;
    }

    private void mergeAt(int at, int rank) {
        int merged = next[at];
        parts[at] = table.result(rank);
        ranks[merged] = MergeTable.NEVER;
        next[at] = next[merged];
        if (next[at] < next.length) {
            previous[next[at]] = at;
        }
        updateRank(at);
        if (previous[at] >= 0) {
            updateRank(previous[at]);
        }
    }

    /** Looks up the rank of the pair that starts at a part. */
    private void updateRank(int at) {
        int right = next[at];
        int rank = right < next.length ? table.rankOf(parts[at], parts[right]) : MergeTable.NEVER;
        ranks[at] = rank;
        enqueue(at);
    }

    private void enqueue(int start) {
        if (ranks[start] == MergeTable.NEVER) {
            return;
        }
        long entry = (long) ranks[start] << 32 | start;
        if (heapSize == heap.length) {
            heap = Arrays.copyOf(heap, heapSize + (heapSize >> 1) + 1);
        }
        int at = heapSize++;
        while (at > 0 && heap[(at - 1) >> 1] > entry) {
            heap[at] = heap[(at - 1) >> 1];
            at = (at - 1) >> 1;
        }
        heap[at] = entry;
    }

    private long poll() {
        long lowest = heap[0];
        long last = heap[--heapSize];
        int at = 0;
        for (int child = 1; child < heapSize; child = at * 2 + 1) {
            if (child + 1 < heapSize && heap[child + 1] < heap[child]) {
                child++;
            }
            if (heap[child] >= last) {
                break;
            }
            heap[at] = heap[child];
            at = child;
        }
        heap[at] = last;
        return lowest;
    }
}
