package io.forestage.weights.checkpoint;

import io.forestage.weights.TensorEntry;
import io.forestage.weights.WeightFile;
import io.forestage.weights.WeightFileException;
import java.util.List;

/** A tensor and the open file in which it lies. */
public record LocatedTensor(WeightFile file, TensorEntry entry) {

    /** Returns the rows and columns of a table, without a first dimension of 1. */
    public List<Long> tableShape() {
        List<Long> shape = entry.shape();
        return shape.subList(shape.size() - 2, shape.size());
    }

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
