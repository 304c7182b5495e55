package io.forestage.training.skipgram;

import io.forestage.support.Workers;
import io.forestage.training.session.KeyedRandom;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.WritableByteChannel;

/**
 * The two vectors of each token: one as a center, which becomes its embedding, and one as a
 * context. Each row is an array of its own, which is what {@link PairKernel}'s loops want.
 *
 * @param centers the row of each token, by its id; rows move, so none is to be kept
 * @param contexts likewise
 */
record SkipGramTables(RowTable centers, RowTable contexts) {

    private static final int DRAWING = 4;

    /** Centers evenly from ±1/(2D), contexts 0, as word2vec starts. */
    static SkipGramTables random(SkipGramSchedule schedule) {
        SkipGramOptions options = schedule.options();
        int dimension = options.dimension();
        int size = schedule.vocabularySize();
        SkipGramTables tables =
                new SkipGramTables(
                        new RowTable(size, dimension, schedule.trained()),
                        new RowTable(size, dimension, schedule.trained()));
        for (int id = 0; id < size; id++) {
            KeyedRandom random = new KeyedRandom(options.seed(), DRAWING, id);
            float[] row = tables.centers.row(id);
            for (int i = 0; i < dimension; i++) {
                row[i] = (float) ((KeyedRandom.unit(random.next()) - 0.5) / dimension);
            }
        }
        return tables;
    }

    /** Lays the rows of each part together: a part then fits into a core's own cache. */
    void lay(VocabularyPartition parts, Workers workers) {
        centers.beginMove();
        contexts.beginMove();
        workers.run(
                parts.count(),
                part -> {
                    centers.move(parts.members(part), parts.firstPlace(part));
                    contexts.move(parts.members(part), parts.firstPlace(part));
                });
    }

    /**
     * A table of rows that can be laid out in memory anew. Rows that are used together and lie
     * together share the processor's pages and caches, which makes half as much again of the speed.
     * It takes twice the table's memory.
     */
    static final class RowTable {

        private final float[][] rows;

        /** Places that follow one another in memory: those in use and those for the next move. */
        private float[][] places;

        private float[][] nextPlaces;

        /** Rows of which some will be moved, those always together. */
        RowTable(int size, int dimension, int[] moving) {
            rows = new float[size][];
            places = new float[moving.length][dimension];
            nextPlaces = new float[moving.length][dimension];
            for (int i = 0; i < moving.length; i++) {
                rows[moving[i]] = places[i];
            }
            for (int id = 0; id < size; id++) {
                if (rows[id] == null) {
                    rows[id] = new float[dimension];
                }
            }
        }

        float[] row(int id) {
            return rows[id];
        }

        int size() {
            return rows.length;
        }

        /** Whether there is neither an infinity nor a NaN. */
        boolean isFinite() {
            for (float[] row : rows) {
                float sum = 0;
                for (float value : row) {
                    sum += value * 0; // NaN once and for all where a value is not finite
                }
                if (sum != 0) {
                    return false;
                }
            }
            return true;
        }

        /** Begins a move of all rows that are ever moved. */
        void beginMove() {
            float[][] old = places;
            places = nextPlaces;
            nextPlaces = old;
        }

        /** Moves some rows to places that follow one another. */
        void move(int[] ids, int firstPlace) {
            for (int i = 0; i < ids.length; i++) {
                float[] place = places[firstPlace + i];
                System.arraycopy(rows[ids[i]], 0, place, 0, place.length);
                rows[ids[i]] = place;
            }
        }
    }

    /** Takes a table's little-endian float32 bytes and puts them into its rows. */
    static final class RowFiller implements WritableByteChannel {

        private final SkipGramTables.RowTable table;
        private final ByteBuffer row;
        private int index;

        RowFiller(SkipGramTables.RowTable table) {
            this.table = table;
            row =
                    ByteBuffer.allocate(table.row(0).length * Float.BYTES)
                            .order(ByteOrder.LITTLE_ENDIAN);
        }

        @Override
        public int write(ByteBuffer bytes) {
            int taken = bytes.remaining();
            while (bytes.hasRemaining()) {
                int count = Math.min(bytes.remaining(), row.remaining());
                row.put(bytes.slice().limit(count));
                bytes.position(bytes.position() + count);
                if (!row.hasRemaining()) {
                    row.flip().asFloatBuffer().get(table.row(index++));
                    row.clear();
                }
            }
            return taken;
        }

        @Override
        public boolean isOpen() {
            return true;
        }

        @Override
        public void close() {}
    }
}
