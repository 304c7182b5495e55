package io.forestage.training;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;

/** Rows of data to learn from, by their numbers: each asks for one class or more. */
interface Examples {

    /** How many rows there are, numbered from 0. */
    int size();

    /** The tokens that rows have together. */
    long tokens(int[] rows);

    /** The classes that rows ask for together: what a mean loss is the mean of. */
    long targets(int[] rows);

    /** What a network takes for rows. */
    NDList inputs(NDManager manager, int[] rows);

    /** The right classes, in the form that the network's {@link Objective} takes. */
    NDArray labels(NDManager manager, int[] rows);
}
