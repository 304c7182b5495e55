package io.forestage.training.session;

/**
 * Pseudorandom numbers that depend on their key alone, so that neither the order of the calls nor
 * the threads change them. The mixing function is SplitMix64's.
 *
 * <p><b>Source.</b> Steele, Lea and Flood 2014, <i>Fast Splittable Pseudorandom Number
 * Generators</i>.
 */
public final class KeyedRandom {

    private static final long GOLDEN = 0x9e3779b97f4a7c15L;

    private long state;

    /** Starts the sequence of a key; another key has another sequence. */
    public KeyedRandom(long... key) {
        state = key(key);
    }

    /** Returns the next number of the sequence. */
    public long next() {
        state += GOLDEN;
        return scramble(state);
    }

    /** Returns the next number, scaled to 0 … {@code bound} - 1. */
    public int next(int bound) {
        return scaled(next(), bound);
    }

    /** Shuffles numbers in place. */
    public void shuffle(int[] numbers) {
        for (int i = numbers.length - 1; i > 0; i--) {
            int other = next(i + 1);
            int moved = numbers[i];
            numbers[i] = numbers[other];
            numbers[other] = moved;
        }
    }

    /** Combines numbers into one key. */
    public static long key(long... parts) {
        long key = GOLDEN;
        for (long part : parts) {
            key = scramble((key ^ part) + GOLDEN);
        }
        return key;
    }

    /** Returns the random number of a key at an index, without the ones before it. */
    public static long at(long key, long index) {
        return scramble(key + index * GOLDEN);
    }

    /** Scales a number to 0 (inclusive) … 1 (exclusive). */
    public static double unit(long number) {
        return (number >>> 11) * 0x1p-53;
    }

    /** Scales the upper half of a number to 0 … {@code bound} - 1. */
    public static int scaled(long number, int bound) {
        return (int) (((number >>> 32) * bound) >>> 32);
    }

    private static long scramble(long number) {
        long mixed = (number ^ (number >>> 30)) * 0xbf58476d1ce4e5b9L;
        mixed = (mixed ^ (mixed >>> 27)) * 0x94d049bb133111ebL;
        return mixed ^ (mixed >>> 31);
    }
}
