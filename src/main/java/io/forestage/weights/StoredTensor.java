package io.forestage.weights;

import java.util.Objects;

/**
 * A tensor and where its elements lie.
 *
 * @param entry its name, type and shape
 * @param place where its elements lie
 */
public record StoredTensor(TensorEntry entry, TensorPlace place) {

    public StoredTensor {
        Objects.requireNonNull(entry, "entry");
        Objects.requireNonNull(place, "place");
    }
}
