package io.forestage.optim;

import io.forestage.torch.RowUpdates;

/** The arithmetic of one step: what becomes of a row of weights, its gradient and its state. */
interface RowRule {

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
}
