package io.forestage.training;

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
            Mix random = new Mix(options.seed(), DRAWING, id);
            float[] row = tables.centers.row(id);
            for (int i = 0; i < dimension; i++) {
                row[i] = (float) ((Mix.unit(random.next()) - 0.5) / dimension);
            }
        }
        return tables;
    }

    /** Lays the rows of each part together: a part then fits into a core's own cache. */
    void lay(Parts parts, Workers workers) {
        centers.beginMove();
        contexts.beginMove();
        workers.run(
                parts.count(),
                part -> {
                    centers.move(parts.members(part), parts.firstPlace(part));
                    contexts.move(parts.members(part), parts.firstPlace(part));
                });
    }
}
