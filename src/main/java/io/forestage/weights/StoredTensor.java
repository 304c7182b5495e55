package io.forestage.weights;

import java.util.Objects;

/**
 * A tensor and where it lies.
 *
 * @param entry what it is
 * @param place where its elements are
 */
public record StoredTensor(TensorEntry entry, TensorPlace place) {

    /**
     * Takes both.
     *
     * @param entry what it is
     * @param place where its elements are
     */
    public StoredTensor {
        Objects.requireNonNull(entry, "entry");
        Objects.requireNonNull(place, "place");
    }
}
