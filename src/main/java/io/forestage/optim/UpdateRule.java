package io.forestage.optim;

import io.forestage.torch.RowUpdates;

/** The arithmetic of one step: what becomes of a row of weights, its gradient and its state. */
interface UpdateRule {

    /**
     * Updates the first {@code row.size} weights and states in place.
     *
     * @return whether the row still moves, so that the next step has to visit it even if nothing
     *     touches it
     */
    boolean update(Row row);

    /** Whether rows may move when nothing touches them. */
    boolean keepsMoving();

    /** The same arithmetic as native operations. */
    RowUpdates.Rule script();

    /** The numbers of the native operations, as {@link RowUpdates.Rule} lists them. */
    double[] numbers();

    /** A rule under which a row that nothing touches stays where it is. */
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
