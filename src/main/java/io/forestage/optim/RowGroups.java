package io.forestage.optim;

import java.nio.LongBuffer;
import java.util.Arrays;

/**
 * The distinct rows of a sparse gradient, ascending, each with the indices of its occurrences in
 * order. The fixed order gives a sum of duplicates the same bits on any number of threads. The
 * arrays are reused from step to step.
 */
final class RowGroups {

    private static final int DIGIT_BITS = 11;
    private static final int BUCKETS = 1 << DIGIT_BITS;

    private int[] rows = new int[0];
    private int[] places = new int[0];
    private int[] otherRows = new int[0];
    private int[] otherPlaces = new int[0];
    private int[] distinct = new int[0];
    private int[] begins = new int[1];
    private int count;
    private final int[] buckets = new int[BUCKETS + 1];

    /** Groups row ids; throws for an id outside the table. */
    void group(LongBuffer ids, int size, long tableRows) {
        reserve(size);
        for (int i = 0; i < size; i++) {
            long id = ids.get(i);
            if (id < 0 || id >= tableRows) {
                throw new IllegalArgumentException(
                        "row of the gradient: expected 0 to %d, found %d at index %d"
                                .formatted(tableRows - 1, id, i));
            }
            rows[i] = (int) id;
            places[i] = i;
        }
        int bits = Integer.SIZE - Integer.numberOfLeadingZeros((int) tableRows - 1);
        for (int shift = 0; shift < bits; shift += DIGIT_BITS) {
            sortByDigit(size, shift);
        }
        findGroups(size);
    }

    /** Adds rows without occurrences, given in ascending order, unless they are there already. */
    void include(int[] more) {
        if (more.length == 0) {
            return;
        }
        int[] mergedRows = new int[count + more.length];
        int[] mergedBegins = new int[count + more.length + 1];
        int merged = 0;
        int group = 0;
        for (int next = 0; group < count || next < more.length; merged++) {
            boolean own = next == more.length || (group < count && distinct[group] <= more[next]);
            mergedBegins[merged] = begins[group];
            if (own) {
                if (next < more.length && distinct[group] == more[next]) {
                    next++;
                }
                mergedRows[merged] = distinct[group++];
            } else {
                mergedRows[merged] = more[next++];
            }
        }
        mergedBegins[merged] = begins[count];
        distinct = mergedRows;
        begins = mergedBegins;
        count = merged;
    }

    /** Returns the number of groups. */
    int count() {
        return count;
    }

    int row(int group) {
        return distinct[group];
    }

    int begin(int group) {
        return begins[group];
    }

    int end(int group) {
        return begins[group + 1];
    }

    /**
     * Returns an occurrence's index in the gradient; occurrences of a group are begin … end − 1.
     */
    int place(int occurrence) {
        return places[occurrence];
    }

    /**
     * Cuts the groups into shares of about equal work. The work of a group is 1 plus its number of
     * occurrences, as a frequent row has many gradients to read.
     *
     * @param size the work of a share
     * @return the first group of each share, and last the number of groups
     */
    int[] cut(int size) {
        int[] cuts = new int[count + 1];
        int shares = 0;
        int done = 0;
        for (int group = 1; group <= count; group++) {
            int work = begins[group] + group;
            if (group == count || work - done >= size) {
                cuts[++shares] = group;
                done = work;
            }
        }
        return Arrays.copyOf(cuts, shares + 1);
    }

    private void reserve(int size) {
        if (rows.length < size) {
            rows = new int[size];
            places = new int[size];
            otherRows = new int[size];
            otherPlaces = new int[size];
        }
    }

    private void sortByDigit(int size, int shift) {
        Arrays.fill(buckets, 0);
        for (int i = 0; i < size; i++) {
            buckets[digit(rows[i], shift) + 1]++;
        }
        for (int i = 0; i < BUCKETS; i++) {
            buckets[i + 1] += buckets[i];
        }
        for (int i = 0; i < size; i++) {
            int at = buckets[digit(rows[i], shift)]++;
            otherRows[at] = rows[i];
            otherPlaces[at] = places[i];
        }
        int[] swap = rows;
        rows = otherRows;
        otherRows = swap;
        swap = places;
        places = otherPlaces;
        otherPlaces = swap;
    }

    private void findGroups(int size) {
        if (distinct.length < size) {
            distinct = new int[size];
            begins = new int[size + 1];
        }
        count = 0;
        for (int i = 0; i < size; i++) {
            if (i == 0 || rows[i] != rows[i - 1]) {
                distinct[count] = rows[i];
                begins[count++] = i;
            }
        }
        begins[count] = size;
    }

    private static int digit(int row, int shift) {
        return (row >>> shift) & (BUCKETS - 1);
    }
}
