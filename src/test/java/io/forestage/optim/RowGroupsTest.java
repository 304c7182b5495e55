package io.forestage.optim;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.LongBuffer;
import java.util.Random;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Shares have every group once, and are even although some rows are frequent. */
class RowGroupsTest {

    @ParameterizedTest
    @CsvSource({"1, 1", "7, 3", "500, 1", "500, 40", "500, 100000", "8192, 42"})
    void sharesHaveEveryGroupOnceAndOnlyASingleGroupIsLarge(int occurrences, int size) {
        RowGroups groups = grouped(fewFrequent(occurrences));

        int[] cuts = groups.cut(size);

        assertThat(cuts).startsWith(0).endsWith(groups.count());
        for (int share = 0; share + 1 < cuts.length; share++) {
            assertThat(cuts[share + 1]).isGreaterThan(cuts[share]);
            assertThat(work(groups, cuts[share], cuts[share + 1] - 1)).isLessThan(size);
        }
    }

    @Test
    void aFrequentRowIsAShareAndRareRowsAreTogether() {
        RowGroups groups = grouped(new long[] {5, 5, 5, 5, 5, 5, 7, 8, 9});

        assertThat(groups.cut(6)).containsExactly(0, 1, 4);
    }

    @Test
    void rowsWithoutAnOccurrenceAreInSharesToo() {
        RowGroups groups = grouped(new long[] {2});
        groups.include(new int[] {0, 1, 2, 3, 4, 5});

        assertThat(groups.cut(3)).containsExactly(0, 3, 6);
    }

    @Test
    void noGroupsAreNoShares() {
        assertThat(grouped(new long[0]).cut(4)).containsExactly(0);
    }

    private static int work(RowGroups groups, int begin, int end) {
        return groups.begin(end) - groups.begin(begin) + end - begin;
    }

    private static long[] fewFrequent(int count) {
        return new Random(1).doubles(count).mapToLong(draw -> (long) (100 * draw * draw)).toArray();
    }

    private static RowGroups grouped(long[] ids) {
        RowGroups groups = new RowGroups();
        long rows = LongStream.of(ids).max().orElse(0) + 1;
        groups.group(LongBuffer.wrap(ids), ids.length, rows);
        return groups;
    }
}
