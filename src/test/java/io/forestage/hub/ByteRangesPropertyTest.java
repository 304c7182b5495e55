package io.forestage.hub;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.BitSet;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** Compares {@link ByteRanges} with a set that has one bit a byte. */
class ByteRangesPropertyTest {

    private static final int SIZE = 64;

    @Test
    void rangesAreTheSetOfTheirBytes() {
        long seed = System.nanoTime();
        Random random = new Random(seed);
        for (int round = 0; round < 2000; round++) {
            ByteRanges ranges = new ByteRanges();
            BitSet bytes = new BitSet();
            for (int i = 0; i < 8; i++) {
                ByteRange added = range(random);
                ranges.add(added);
                bytes.set((int) added.start(), (int) added.end());
                ByteRange wanted = range(random);

                assertThat(ranges.bytes()).as("seed %d", seed).isEqualTo(bytes.cardinality());
                assertThat(ranges.firstGap(wanted))
                        .as("seed %d: %s in %s", seed, wanted, ranges.toList())
                        .isEqualTo(firstGap(bytes, wanted));
                assertThat(ranges.toList()).as("seed %d", seed).hasSize(runs(bytes));
            }
        }
    }

    private static ByteRange range(Random random) {
        int start = random.nextInt(SIZE);
        return new ByteRange(start, start + random.nextInt(SIZE - start));
    }

    private static Optional<ByteRange> firstGap(BitSet bytes, ByteRange wanted) {
        int start = bytes.nextClearBit((int) wanted.start());
        if (start >= wanted.end()) {
            return Optional.empty();
        }
        int next = bytes.nextSetBit(start);
        return Optional.of(
                new ByteRange(start, next < 0 ? wanted.end() : Math.min(next, wanted.end())));
    }

    private static int runs(BitSet bytes) {
        int runs = 0;
        for (int at = bytes.nextSetBit(0); at >= 0; at = bytes.nextSetBit(bytes.nextClearBit(at))) {
            runs++;
        }
        return runs;
    }
}
