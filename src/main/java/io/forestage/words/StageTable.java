package io.forestage.words;

import io.forestage.InputStage;

/** The token table of a model. */
record StageTable(InputStage stage) implements VectorTable {

    @Override
    public int rows() {
        return Math.toIntExact(stage.config().vocabSize());
    }

    @Override
    public int width() {
        return Math.toIntExact(stage.config().nEmbd());
    }

    @Override
    public void read(int first, int count, float[] into) {
        stage.copyTokenVectors(first, count, into);
    }
}
