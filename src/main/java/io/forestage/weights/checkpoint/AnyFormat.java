package io.forestage.weights.checkpoint;

import io.forestage.weights.SafetensorsFile;
import io.forestage.weights.WeightFile;
import io.forestage.weights.WeightFileException;
import java.nio.file.Path;

/** Opens a weight file by what its bytes are, whatever its name says. */
final class AnyFormat {

    private AnyFormat() {}

    static WeightFile open(Path file) throws WeightFileException {
        return SafetensorsFile.open(file);
    }
}
