package io.forestage.training.skipgram;

import io.forestage.support.Workers;
import io.forestage.training.text.TokenList;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;

/** The pairs of one step, grouped by block; within a block they are in the text's order. */
final class PairBlocks {

    /** The tokens of a task. */
    private static final int CHUNK = 1 << 13;

    private final int[] centers;
    private final int[] contexts;

    /** The first pair of each block, and the end of the last block. */
    private final int[] starts;

    private PairBlocks(int[] centers, int[] contexts, int[] starts) {
        this.centers = centers;
        this.contexts = contexts;
        this.starts = starts;
    }

    /** Makes the pairs whose center is at a position from {@code from} to {@code to} - 1. */
    static PairBlocks make(
            PairMaker maker, VocabularyPartition parts, int from, int to, Workers workers) {
        int blocks = parts.count() * parts.count();
        int chunks = (to - from + CHUNK - 1) / CHUNK;
        List<Chunk> made =
                new ArrayList<>(
                        IntStream.range(0, chunks)
                                .mapToObj(i -> new Chunk(parts, blocks))
                                .toList());
        workers.run(
                chunks,
                i -> {
                    int start = from + i * CHUNK;
                    maker.make(start, Math.min(to, start + CHUNK), made.get(i));
                });
        int[] starts = new int[blocks + 1];
        int next = 0;
        for (int block = 0; block < blocks; block++) {
            starts[block] = next;
            for (Chunk chunk : made) {
                int size = chunk.next[block];
                chunk.next[block] = next;
                next = Math.addExact(next, size);
            }
        }
        starts[blocks] = next;
        PairBlocks all = new PairBlocks(new int[next], new int[next], starts);
        workers.run(chunks, i -> made.get(i).copyTo(all));
        return all;
    }

    int start(int block) {
        return starts[block];
    }

    int end(int block) {
        return starts[block + 1];
    }

    int size(int block) {
        return end(block) - start(block);
    }

    /** Trains the pairs of a block. */
    void train(int block, BlockTrainer trainer, float rate) {
        trainer.train(centers, contexts, start(block), end(block), rate);
    }

    /** Returns the number of pairs in all. */
    int size() {
        return centers.length;
    }

    /** The pairs of a chunk of the text, and how many of them each block has. */
    private static final class Chunk implements PairMaker.Pairs {

        private final VocabularyPartition parts;
        private final TokenList centers = new TokenList();
        private final TokenList contexts = new TokenList();

        /** At first the number of pairs of each block, then the index of its next pair. */
        private final int[] next;

        Chunk(VocabularyPartition parts, int blocks) {
            this.parts = parts;
            next = new int[blocks];
        }

        @Override
        public void add(int center, int context) {
            centers.add(center);
            contexts.add(context);
            next[parts.block(center, context)]++;
        }

        void copyTo(PairBlocks all) {
            int[] center = centers.array();
            int[] context = contexts.array();
            for (int i = 0; i < centers.size(); i++) {
                int pair = next[parts.block(center[i], context[i])]++;
                all.centers[pair] = center[i];
                all.contexts[pair] = context[i];
            }
        }
    }
}
