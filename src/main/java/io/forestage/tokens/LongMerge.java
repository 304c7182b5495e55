package io.forestage.tokens;

import java.util.Arrays;

/**
 * Merges the tokens of a piece of any length in n log n steps: pairs wait in a heap, lowest rank
 * first and leftmost first, and parts that were merged away are skipped over by links.
 */
final class LongMerge {

    private final MergeTable table;
    private final int[] parts;
    private final int[] next;
    private final int[] previous;

    /** The rank of each part's pair with the one after it; what waits with another is outdated. */
    private final int[] ranks;

    /** A binary heap of a rank and a part's index each. */
    private long[] heap;

    private int waiting;

    LongMerge(MergeTable table, int[] parts, int count) {
        this.table = table;
        this.parts = parts;
        this.next = new int[count];
        this.previous = new int[count];
        this.ranks = new int[count];
        this.heap = new long[count];
    }

    /**
     * Merges the parts in place.
     *
     * @return how many parts are left, at the array's front
     */
    int merge() {
        int count = next.length;
        for (int i = 0; i < count; i++) {
            next[i] = i + 1;
            previous[i] = i - 1;
        }
        for (int i = 0; i < count; i++) {
            rank(i);
        }
        while (waiting > 0) {
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
        int gone = next[at];
        parts[at] = table.made(rank);
        ranks[gone] = MergeTable.NEVER;
        next[at] = next[gone];
        if (next[at] < next.length) {
            previous[next[at]] = at;
        }
        rank(at);
        if (previous[at] >= 0) {
            rank(previous[at]);
        }
    }

    /** Looks up the pair that starts here, and has it wait if it merges. */
    private void rank(int at) {
        int right = next[at];
        int rank = right < next.length ? table.rankOf(parts[at], parts[right]) : MergeTable.NEVER;
        ranks[at] = rank;
        if (rank != MergeTable.NEVER) {
            add((long) rank << 32 | at);
        }
    }

    private void add(long entry) {
        if (waiting == heap.length) {
            heap = Arrays.copyOf(heap, waiting + (waiting >> 1) + 1);
        }
        int at = waiting++;
        while (at > 0 && heap[(at - 1) >> 1] > entry) {
            heap[at] = heap[(at - 1) >> 1];
            at = (at - 1) >> 1;
        }
        heap[at] = entry;
    }

    private long poll() {
        long lowest = heap[0];
        long last = heap[--waiting];
        int at = 0;
        for (int child = 1; child < waiting; child = at * 2 + 1) {
            if (child + 1 < waiting && heap[child + 1] < heap[child]) {
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
