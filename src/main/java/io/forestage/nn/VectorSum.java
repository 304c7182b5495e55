package io.forestage.nn;

import ai.djl.ndarray.NDArray;
import io.forestage.torch.NativeMemory;
import java.util.function.UnaryOperator;

/**
 * A sum of vectors, built term by term. In inference, terms are added in place where this object
 * owns the array, which saves an array as large as the result for each term. In training, each term
 * makes a new array, and the previous one is closed.
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

    /** Starts with an array that this sum owns and may change. */
    static VectorSum startingWithOwn(NDArray first, boolean training) {
        return new VectorSum(first, true, training);
    }

    /** Starts with an array that must not change. */
    static VectorSum startingWithGiven(NDArray first, boolean training) {
        return new VectorSum(first, false, training);
    }

    void scale(double factor) {
        if (factor == 1) {
            return;
        }
        // The backward pass reads the factor; DJL frees the array of a plain number before that.
        try (NDArray scalar = NativeMemory.scalar(sum.getManager(), factor)) {
            become(isOwn && !training ? sum.muli(scalar) : sum.mul(scalar));
        }
    }

    void add(NDArray term) {
        // Adding in place would lose a wider type of the term; PyTorch promotes the type.
        boolean inPlace = isOwn && !training && sum.getDataType() == term.getDataType();
        become(inPlace ? sum.addi(term) : sum.add(term));
    }

    /** Replaces the sum by the result of an operation on it. */
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
