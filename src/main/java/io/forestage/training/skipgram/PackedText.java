package io.forestage.training.skipgram;

import io.forestage.tokens.SpecialTokens;
import io.forestage.tokens.TextTokenizer;
import io.forestage.training.session.KeyedRandom;
import io.forestage.training.text.TextCut;
import java.io.Serializable;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The token ids of a piece of text, about two bytes each, with a random place among all texts that
 * follows from the ids and the seed alone. So texts in any order, on any number of machines, come
 * into the same order; it mixes them at the same time.
 */
public final class PackedText implements Serializable, Comparable<PackedText> {

    private static final long serialVersionUID = 1;

    private static final int PLACING = 21;

    /** FNV-1a's prime. */
    private static final long PRIME = 0x100000001b3L;

    private final byte[] bytes;
    private final long place;

    /**
     * Packs token ids.
     *
     * @param ids the ids, from 0
     * @param seed the training's
     */
    public PackedText(long[] ids, long seed) {
        PackedNumbers packed = new PackedNumbers();
        long hash = ids.length;
        for (long id : ids) {
            packed.add(Math.toIntExact(id));
            hash = (hash ^ id) * PRIME;
        }
        bytes = packed.toArray();
        place = KeyedRandom.key(seed, PLACING, hash);
    }

    /**
     * Tokenizes a text by its paragraphs, as the training on one machine does.
     *
     * @param text the text, cut at blank lines
     * @param tokenizer the tokenizer
     * @param seed the training's
     * @return the paragraphs that have a pair: two tokens or more
     */
    public static List<PackedText> paragraphs(String text, TextTokenizer tokenizer, long seed) {
        List<PackedText> packed = new ArrayList<>();
        for (String piece : TextCut.PARAGRAPHS.cut(text)) {
            long[] ids = tokenizer.encode(piece, SpecialTokens.AS_TEXT).ids();
            if (ids.length > 1) {
                packed.add(new PackedText(ids, seed));
            }
        }
        return packed;
    }

    /**
     * Returns which of some equal stretches of all texts this one is in.
     *
     * @param shards the number of stretches
     * @return 0 to {@code shards} - 1
     */
    public int shard(int shards) {
        return KeyedRandom.scaled(place, shards);
    }

    /**
     * Adds the tokens to counts.
     *
     * @param counts the count of each id
     */
    public void count(long[] counts) {
        PackedNumbers.Reader ids = new PackedNumbers.Reader(bytes);
        while (ids.hasNext()) {
            counts[ids.next()]++;
        }
    }

    /**
     * Returns a number that another text hardly has.
     *
     * @return the checksum
     */
    public long checksum() {
        return KeyedRandom.at(place, 1);
    }

    /** Returns the key of the text's own random numbers. */
    long place() {
        return place;
    }

    PackedNumbers.Reader ids() {
        return new PackedNumbers.Reader(bytes);
    }

    /** Returns an upper bound of the number of tokens. */
    int bytes() {
        return bytes.length;
    }

    /** Orders by the shards, and different texts with one place by their ids. */
    @Override
    public int compareTo(PackedText other) {
        int order = Long.compareUnsigned(place, other.place);
        return order != 0 ? order : Arrays.compare(bytes, other.bytes);
    }

    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof PackedText text
                && place == text.place
                && Arrays.equals(bytes, text.bytes);
    }

    @Override
    public int hashCode() {
        return Long.hashCode(place);
    }
}
