package io.forestage.training;

import java.util.List;

/** The rows that each step learns from. */
interface StepRows {

    /** How many steps there are. */
    long steps();

    /** A step's batches, each as large as memory allows at once: rows by their numbers. */
    List<int[]> batches(long step);
}
