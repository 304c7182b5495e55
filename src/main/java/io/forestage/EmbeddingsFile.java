package io.forestage;

import ai.djl.ndarray.NDArray;
import io.forestage.weights.ElementType;
import io.forestage.weights.SafetensorsWriter;
import io.forestage.weights.TensorSource;
import io.forestage.weights.numpy.NpyWriter;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;

/** A batch with its vectors as a file. */
final class EmbeddingsFile {

    private EmbeddingsFile() {}

    static void write(Embeddings embeddings, Path file) throws IOException {
        String name = file.toString();
        if (name.endsWith(".safetensors")) {
            SafetensorsWriter.write(
                    file,
                    Map.of(),
                    List.of(
                            longs("ids", embeddings.ids()),
                            longs("attention_mask", embeddings.attentionMask()),
                            longs("position_ids", embeddings.positionIds()),
                            new TensorSource(
                                    "embeddings",
                                    ElementType.F32,
                                    shape(embeddings.embeddings()),
                                    rows(embeddings.embeddings()))));
        } else if (name.endsWith(".npy")) {
            NDArray vectors = embeddings.embeddings();
            NpyWriter.write(file, ElementType.F32, shape(vectors), rows(vectors));
        } else {
            throw new IllegalArgumentException(
                    file + ": expected a name that ends in .safetensors or .npy");
        }
    }

    private static TensorSource longs(String name, NDArray array) {
        return TensorSource.ofLongs(
                name, shape(array), array.size() == 0 ? new long[0] : array.toLongArray());
    }

    /** Row by row, as all rows together may be more than a buffer holds. */
    private static TensorSource.TensorData rows(NDArray vectors) {
        return channel -> {
            for (long i = 0; vectors.size() > 0 && i < vectors.getShape().get(0); i++) {
                try (NDArray row = vectors.get(i)) {
                    channel.write(row.toByteBuffer());
                }
            }
        };
    }

    private static List<Long> shape(NDArray array) {
        return Arrays.stream(array.getShape().getShape()).boxed().toList();
    }
}
