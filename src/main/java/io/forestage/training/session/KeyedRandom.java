package io.forestage.training.session;

/**
 * Numbers that look random and depend on nothing but what they are asked for: whoever asks, in
 * whatever order, on whatever thread, gets the same. The mixing is SplitMix64's (Steele, Lea and
 * Flood 2014, <i>Fast Splittable Pseudorandom Number Generators</i>).
 */
public final class KeyedRandom {

    private static final long GOLDEN = 0x9e3779b97f4a7c15L;

    private long state;

    /** A sequence of its own for each combination of numbers. */
    public KeyedRandom(long... key) {
        state = key(key);
    }

    public long next() {
        state += GOLDEN;
        return scramble(state);
    }

    /** From 0 to {@code bound} - 1. */
    public int next(int bound) {
        return scaled(next(), bound);
    }

    /** Puts numbers into some order. */
    public void shuffle(int[] numbers) {
        for (int i = numbers.length - 1; i > 0; i--) {
            int other = next(i + 1);
            int moved = numbers[i];
            numbers[i] = numbers[other];
            numbers[other] = moved;
        }
    }

    /** One number for a combination of them. */
    public static long key(long... parts) {
        long key = GOLDEN;
        for (long part : parts) {
            key = scramble((key ^ part) + GOLDEN);
        }
        return key;
    }

    /** The number at one place of an endless table. */
    public static long at(long key, long place) {
        return scramble(key + place * GOLDEN);
    }

    /** From 0, inclusive, to 1, exclusive. */
    public static double unit(long number) {
        return (number >>> 11) * 0x1p-53;
    }

    /** The upper half of a number as one from 0 to {@code bound} - 1. */
    public static int scaled(long number, int bound) {
        return (int) (((number >>> 32) * bound) >>> 32);
    }

    private static long scramble(long number) {
        long mixed = (number ^ (number >>> 30)) * 0xbf58476d1ce4e5b9L;
        mixed = (mixed ^ (mixed >>> 27)) * 0x94d049bb133111ebL;
        return mixed ^ (mixed >>> 31);
    }
}
