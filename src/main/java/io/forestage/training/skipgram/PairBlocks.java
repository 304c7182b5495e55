package io.forestage.training.skipgram;

import io.forestage.support.Workers;
import io.forestage.training.text.TokenList;
import io.forestage.training.text.TrainingText;
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

    int center(int pair) {
        return centers[pair];
    }

    int context(int pair) {
        return contexts[pair];
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

    /**
     * Makes the pairs of center and context in one epoch of a text. After subsampling, each token
     * is paired with the tokens within its window and its paragraph.
     */
    static final class PairMaker {

        private final int[] ids;
        private final Subsampling.Epoch draws;
        private final int window;

        PairMaker(TrainingText text, Subsampling.Epoch draws, int window) {
            ids = text.ids();
            this.draws = draws;
            this.window = window;
        }

        /** Receives pairs. */
        interface Pairs {
            void add(int center, int context);
        }

        /** Makes the pairs whose center lies in a part of the text; contexts may lie outside it. */
        void make(int from, int to, Pairs pairs) {
            int start = reach(from, -1);
            int end = reach(to - 1, 1) + 1;
            int[] tokens = new int[end - start];
            int[] positions = new int[end - start];
            int size = 0;
            for (int position = start; position < end; position++) {
                int id = ids[position];
                if (id == TrainingText.BREAK || draws.keeps(id, position)) {
                    tokens[size] = id;
                    positions[size++] = position;
                }
            }
            for (int i = 0; i < size; i++) {
                if (tokens[i] != TrainingText.BREAK && positions[i] >= from && positions[i] < to) {
                    around(tokens, size, i, draws.window(positions[i]), pairs);
                }
            }
        }

        private static void around(int[] tokens, int size, int i, int window, Pairs pairs) {
            for (int k = i - 1; k >= 0 && k >= i - window && tokens[k] != TrainingText.BREAK; k--) {
                pairs.add(tokens[i], tokens[k]);
            }
            for (int k = i + 1;
                    k < size && k <= i + window && tokens[k] != TrainingText.BREAK;
                    k++) {
                pairs.add(tokens[i], tokens[k]);
            }
        }

        /** Returns the farthest position, in one direction, whose token may be in the window. */
        private int reach(int position, int direction) {
            int seen = 0;
            int farthest = position;
            for (int next = position + direction;
                    seen < window
                            && next >= 0
                            && next < ids.length
                            && ids[next] != TrainingText.BREAK;
                    next += direction) {
                farthest = next;
                seen += draws.keeps(ids[next], next) ? 1 : 0;
            }
            return farthest;
        }
    }
}
