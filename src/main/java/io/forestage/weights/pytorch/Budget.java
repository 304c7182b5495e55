package io.forestage.weights.pytorch;

import io.forestage.weights.WeightFileException;

/** How much a pickle may have us keep; a few bytes of it can ask for a lot, over and over. */
final class Budget {

    /** A tensor takes some twenty values, so this is about fifty thousand tensors. */
    static final int VALUES = 1 << 20;

    private final PickleInput input;
    private long spent;

    Budget(PickleInput input) {
        this.input = input;
    }

    void spend(int values) throws WeightFileException {
        spent += values;
        if (spent > VALUES) {
            throw input.problem(
                    "at most %d values".formatted(VALUES), "more", PickleInput.SAVE_STATE_DICT);
        }
    }
}
