package io.forestage.training.classify;

/** What a classifier's table starts from, and whether it is trained. */
public enum ClassifierStart {
    /** A new table, trained. */
    SCRATCH(false),
    /** A model's table, not trained: only the head is. */
    FROZEN(true),
    /** A model's table, trained with the head. */
    FINE_TUNED(true);

    private final boolean needsModel;

    ClassifierStart(boolean needsModel) {
        this.needsModel = needsModel;
    }

    /** Returns whether a model to start from is required: true for all but {@link #SCRATCH}. */
    public boolean needsModel() {
        return needsModel;
    }
}
