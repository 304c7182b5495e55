package io.forestage.optim;

import io.forestage.torch.RowUpdates;

/** The arithmetic of one step: updates a row of weights and its state with its gradient. */
interface UpdateRule {

    /**
     * Updates the first {@code row.size} weights and states in place.
     *
     * @return whether the row keeps moving, so that the next step must update it even without a
     *     gradient
     */
    boolean update(Row row);

    /** Returns whether rows may move in steps without a gradient for them. */
    boolean keepsMoving();

    /** Returns the native operation with the same arithmetic. */
    RowUpdates.Rule script();

    /** Returns the numbers of the native operation, in the order of {@link RowUpdates.Rule}. */
    double[] numbers();

    /** A rule that never moves a row without a gradient. */
    interface Resting extends UpdateRule {

        /** Updates the first {@code row.size} weights and states in place. */
        void move(Row row);

        @Override
        default boolean update(Row row) {
            move(row);
            return false;
        }

        @Override
        default boolean keepsMoving() {
            return false;
        }
    }
}
