package io.forestage.pipeline;

import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;

/** Answers with arrays, which belong to the predictor: to be closed, at the latest with it. */
final class ArraysWriter implements Exchange.Writer<NDList> {

    @Override
    public NDList answer(Object request, Vectors vectors, NDManager owner) {
        NDList arrays = vectors.arrays();
        arrays.attach(owner);
        return arrays;
    }
}
