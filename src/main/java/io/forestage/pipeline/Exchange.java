package io.forestage.pipeline;

import ai.djl.ndarray.NDManager;

/**
 * What a translator takes in and gives out.
 *
 * @param reader reads requests
 * @param writer makes answers
 * @param <I> the type of a request
 * @param <O> the type of an answer
 */
record Exchange<I, O>(Reader<I> reader, Writer<O> writer) {

    /** Reads a request, and refuses what is wrong with an {@link IllegalArgumentException}. */
    @FunctionalInterface
    interface Reader<I> {
        TokenRows read(I request);
    }

    /** Makes answers. */
    @FunctionalInterface
    interface Writer<O> {

        /** Makes the answer to a request; what holds memory of the device belongs to the owner. */
        O answer(Object request, Vectors vectors, NDManager owner);

        /**
         * Answers a request that cannot be read. An answer of plain vectors cannot tell a problem:
         * it ends the batch, and says whose it is.
         */
        default O refuse(int index, IllegalArgumentException problem) {
            throw index == 0
                    ? problem
                    : new IllegalArgumentException(
                            "request %d of the batch: %s".formatted(index, problem.getMessage()),
                            problem);
        }
    }
}
