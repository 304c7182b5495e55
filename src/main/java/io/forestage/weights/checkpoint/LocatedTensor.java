package io.forestage.weights.checkpoint;

import io.forestage.weights.TensorEntry;
import io.forestage.weights.WeightFile;
import io.forestage.weights.WeightFileException;

/** A tensor and the open file in which it lies. */
public record LocatedTensor(WeightFile file, TensorEntry entry) {

    LocatedTensor requireNotEmpty() throws WeightFileException {
        if (entry.elementCount() == 0) {
            throw new WeightFileException(
                    file.path(),
                    entry.name(),
                    "a table of at least one row and one column",
                    entry.shape().toString(),
                    "use the file of a trained model");
        }
        return this;
    }
}
