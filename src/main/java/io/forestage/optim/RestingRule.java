package io.forestage.optim;

/** A rule under which a row that nothing touches stays where it is. */
interface RestingRule extends RowRule {

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
