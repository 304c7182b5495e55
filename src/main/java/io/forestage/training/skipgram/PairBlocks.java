package io.forestage.training.skipgram;

import io.forestage.support.Workers;
import io.forestage.training.text.TokenList;
import io.forestage.training.text.TrainingText;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;

/** The pairs of one step, laid together by blocks, in each block in the text's order. */
final class PairBlocks {

    /** So many tokens are one task. */
    private static final int CHUNK = 1 << 13;

    private final int[] centers;
    private final int[] contexts;

    /** Where each block starts, and where the last one ends. */
    private final int[] starts;

    private PairBlocks(int[] centers, int[] contexts, int[] starts) {
        this.centers = centers;
        this.contexts = contexts;
        this.starts = starts;
    }

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
        int place = 0;
        for (int block = 0; block < blocks; block++) {
            starts[block] = place;
            for (Chunk chunk : made) {
                int size = chunk.places[block];
                chunk.places[block] = place;
                place = Math.addExact(place, size);
            }
        }
        starts[blocks] = place;
        PairBlocks all = new PairBlocks(new int[place], new int[place], starts);
        workers.run(chunks, i -> made.get(i).spread(all));
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

    /** How many pairs there are in all. */
    int size() {
        return centers.length;
    }

    /** The pairs of a chunk of the text, and how many of them each block has. */
    private static final class Chunk implements PairMaker.Pairs {

        private final VocabularyPartition parts;
        private final TokenList centers = new TokenList();
        private final TokenList contexts = new TokenList();

        /** First how many pairs a block has, then where its next one goes. */
        private final int[] places;

        Chunk(VocabularyPartition parts, int blocks) {
            this.parts = parts;
            places = new int[blocks];
        }

        @Override
        public void add(int center, int context) {
            centers.add(center);
            contexts.add(context);
            places[parts.block(center, context)]++;
        }

        void spread(PairBlocks all) {
            int[] center = centers.array();
            int[] context = contexts.array();
            for (int i = 0; i < centers.size(); i++) {
                int place = places[parts.block(center[i], context[i])]++;
                all.centers[place] = center[i];
                all.contexts[place] = context[i];
            }
        }
    }

    /**
     * The pairs of center and context in one epoch of a text: for each token that is kept, those
     * kept tokens that lie within its window, in the same paragraph.
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

        /** Takes pairs. */
        interface Pairs {
            void add(int center, int context);
        }

        /** The pairs whose center lies in a part of the text; their contexts may lie beyond it. */
        void make(int from, int to, Pairs pairs) {
            int start = reach(from, -1);
            int end = reach(to - 1, 1) + 1;
            int[] tokens = new int[end - start];
            int[] places = new int[end - start];
            int size = 0;
            for (int place = start; place < end; place++) {
                int id = ids[place];
                if (id == TrainingText.BREAK || draws.keeps(id, place)) {
                    tokens[size] = id;
                    places[size++] = place;
                }
            }
            for (int i = 0; i < size; i++) {
                if (tokens[i] != TrainingText.BREAK && places[i] >= from && places[i] < to) {
                    around(tokens, size, i, draws.window(places[i]), pairs);
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

        /** How far one has to look from a place to see a whole window of kept tokens. */
        private int reach(int place, int direction) {
            int seen = 0;
            int at = place;
            for (int next = place + direction;
                    seen < window
                            && next >= 0
                            && next < ids.length
                            && ids[next] != TrainingText.BREAK;
                    next += direction) {
                at = next;
                seen += draws.keeps(ids[next], next) ? 1 : 0;
            }
            return at;
        }
    }
}
