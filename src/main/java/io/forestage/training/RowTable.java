package io.forestage.training;

/**
 * A table of rows that can be laid out in memory anew. Rows that are used together and lie together
 * share the processor's pages and caches, which makes half as much again of the speed. It takes
 * twice the table's memory.
 */
final class RowTable {

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
