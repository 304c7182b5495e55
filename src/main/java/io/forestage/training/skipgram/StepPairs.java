package io.forestage.training.skipgram;

import java.io.ByteArrayOutputStream;
import java.util.Arrays;

/**
 * The pairs of some texts in one step, by block and in the texts' order. A pair takes 2 to 4 bytes:
 * tokens are numbered within their part, the frequent ones first, and a center that has several
 * contexts is written once.
 */
public final class StepPairs {

    private final TrainedTokens tokens;
    private final VocabularyPartition parts;
    private final int subparts;
    private final int window;
    private final int epoch;
    private final PackedNumbers[] blocks;

    /** The index of each block's last center in its part. */
    private final int[] lastCenters;

    StepPairs(
            TrainedTokens tokens, VocabularyPartition parts, int subparts, int window, int epoch) {
        this.tokens = tokens;
        this.parts = parts;
        this.subparts = subparts;
        this.window = window;
        this.epoch = epoch;
        blocks = new PackedNumbers[parts.count() * parts.count()];
        lastCenters = new int[blocks.length];
        Arrays.setAll(blocks, i -> new PackedNumbers());
        Arrays.fill(lastCenters, -1);
    }

    /**
     * Adds the pairs of a text.
     *
     * @param text the text
     * @param copy how many equal texts came before it, so that each has random numbers of its own
     */
    public void add(PackedText text, int copy) {
        PackedNumbers.Reader ids = text.ids();
        int[] kept = new int[text.bytes()];
        int size = 0;
        while (ids.hasNext()) {
            int id = ids.next();
            if (tokens.has(id)) {
                kept[size++] = id;
            }
        }
        if (size > 1) {
            new PairMaker(
                            Arrays.copyOf(kept, size),
                            tokens.subsampling().epoch(epoch, text.place(), copy),
                            window)
                    .make(0, size, this::add);
        }
    }

    private void add(int center, int context) {
        int block = parts.block(center, context);
        PackedNumbers packed = blocks[block];
        int index = parts.indexOf(center);
        boolean same = index == lastCenters[block];
        packed.add(parts.indexOf(context) << 1 | (same ? 1 : 0));
        if (!same) {
            packed.add(index);
            lastCenters[block] = index;
        }
    }

    /**
     * Returns the pairs of a block.
     *
     * @param centers the part of the centers
     * @param contexts the part of the contexts
     * @return the pairs, for {@link SkipGramPlan#train}: the sizes of those of each pair of
     *     subparts, then these
     */
    public byte[] ofBlock(int centers, int contexts) {
        PackedNumbers sizes = new PackedNumbers();
        ByteArrayOutputStream pairs = new ByteArrayOutputStream();
        for (int center = centers * subparts; center < (centers + 1) * subparts; center++) {
            for (int context = contexts * subparts;
                    context < (contexts + 1) * subparts;
                    context++) {
                byte[] packed = blocks[center * parts.count() + context].toArray();
                sizes.add(packed.length);
                pairs.writeBytes(packed);
            }
        }
        byte[] head = sizes.toArray();
        byte[] both = Arrays.copyOf(head, head.length + pairs.size());
        System.arraycopy(pairs.toByteArray(), 0, both, head.length, pairs.size());
        return both;
    }

    /** Takes what {@link #ofBlock} returned apart. */
    static byte[][] bySubparts(byte[] block, int subparts) {
        PackedNumbers.Reader head = new PackedNumbers.Reader(block);
        int[] sizes = new int[subparts * subparts];
        Arrays.setAll(sizes, i -> head.next());
        byte[][] packed = new byte[sizes.length][];
        int from = head.position();
        for (int i = 0; i < sizes.length; i++) {
            packed[i] = Arrays.copyOfRange(block, from, from + sizes[i]);
            from += sizes[i];
        }
        return packed;
    }

    /** Pairs of token ids, the first {@code size} of two arrays. */
    @SuppressWarnings("ArrayRecordComponent") // Never compared.
    record Unpacked(int[] centers, int[] contexts, int size) {}

    static Unpacked unpack(byte[] packed, int[] centerIds, int[] contextIds) {
        int[] centers = new int[packed.length];
        int[] contexts = new int[packed.length];
        int size = 0;
        PackedNumbers.Reader numbers = new PackedNumbers.Reader(packed);
        int center = -1;
        while (numbers.hasNext()) {
            int number = numbers.next();
            if ((number & 1) == 0) {
                center = centerIds[numbers.next()];
            }
            centers[size] = center;
            contexts[size++] = contextIds[number >>> 1];
        }
        return new Unpacked(centers, contexts, size);
    }
}
