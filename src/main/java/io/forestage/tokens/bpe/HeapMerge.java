package io.forestage.tokens.bpe;

import java.util.Arrays;

/**
 * Merges the tokens of a piece of any length in n log n steps: pairs wait in a heap, lowest rank
 * first and leftmost first, and parts that were merged away are skipped over by links.
 */
final class HeapMerge {

    private final MergeTable table;
    private final int[] parts;
    private final int[] next;
    private final int[] previous;

    /** The rank of each part's pair with the one after it; what waits with another is outdated. */
    private final int[] ranks;

    /** A binary heap of a rank and a part's index each. */
    private long[] heap;

    private int waiting;

    /** Of bytes that are not merged yet. */
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

    /** The tokens. */
    int[] parts() {
        return parts;
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
            await(i);
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

    /** Looks up the pair that starts here. */
    private void rank(int at) {
        int right = next[at];
        int rank = right < next.length ? table.rankOf(parts[at], parts[right]) : MergeTable.NEVER;
        ranks[at] = rank;
        await(at);
    }

    private void await(int start) {
        if (ranks[start] == MergeTable.NEVER) {
            return;
        }
        long entry = (long) ranks[start] << 32 | start;
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
