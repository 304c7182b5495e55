package io.forestage.nn;

import ai.djl.ndarray.NDArray;
import io.forestage.torch.NativeMemory;
import java.util.function.UnaryOperator;

/**
 * A sum of vectors that grows term by term. In inference a sum of its own grows in place, which
 * saves an array as large as the result at each term; training writes a new one, and closes the one
 * before.
 */
final class VectorSum {

    private final boolean training;
    private NDArray sum;
    private boolean isOwn;

    private VectorSum(NDArray first, boolean isOwn, boolean training) {
        this.sum = first;
        this.isOwn = isOwn;
        this.training = training;
    }

    /** Starts with an array that nobody else has. */
    static VectorSum startingWithOwn(NDArray first, boolean training) {
        return new VectorSum(first, true, training);
    }

    /** Starts with an array that has to stay as it is. */
    static VectorSum startingWithGiven(NDArray first, boolean training) {
        return new VectorSum(first, false, training);
    }

    void scale(double factor) {
        if (factor == 1) {
            return;
        }
        // The backward pass reads the factor; a number would be freed before.
        try (NDArray scalar = NativeMemory.scalar(sum.getManager(), factor)) {
            become(isOwn && !training ? sum.muli(scalar) : sum.mul(scalar));
        }
    }

    void add(NDArray term) {
        // In place, a wider type of the term would be lost; PyTorch promotes.
        boolean inPlace = isOwn && !training && sum.getDataType() == term.getDataType();
        become(inPlace ? sum.addi(term) : sum.add(term));
    }

    /** Puts what a step makes of the sum in its place. */
    void replace(UnaryOperator<NDArray> step) {
        become(step.apply(sum));
    }

    NDArray result() {
        return sum;
    }

    private void become(NDArray next) {
        if (isOwn && next != sum) {
            sum.close();
        }
        sum = next;
        isOwn = true;
    }
}
