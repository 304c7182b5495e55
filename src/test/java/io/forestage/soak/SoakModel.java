package io.forestage.soak;

import io.forestage.model.ServingProperties;
import io.forestage.weights.ElementType;
import io.forestage.weights.TensorSource;
import io.forestage.weights.safetensors.SafetensorsWriter;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/**
 * A model of 13 MB whose values follow from a formula and are multiples of 1/64, so that a text's
 * expected vectors are known to the bit.
 */
final class SoakModel {

    static final int WIDTH = 64;
    private static final int ROWS = 50257;
    private static final int POSITIONS = 128;
    private static final float STEP = 1 / 64f;

    private SoakModel() {}

    static void write(Path folder) throws IOException {
        Files.createDirectories(folder);
        Files.writeString(
                folder.resolve("config.json"),
                "{\"vocab_size\": %d, \"n_positions\": %d, \"n_embd\": %d, \"eos_token_id\": 50256}"
                        .formatted(ROWS, POSITIONS, WIDTH),
                StandardCharsets.UTF_8);
        SafetensorsWriter.write(
                folder.resolve("model.safetensors"),
                Map.of(),
                List.of(
                        tensor("wte.weight", ROWS, SoakModel::token),
                        tensor("wpe.weight", POSITIONS, SoakModel::position)));
        ServingProperties.write(folder, ServingProperties.Classes.ON_CLASS_PATH, false);
    }

    /** Returns the expected vectors of a row of ids, flat. */
    static float[] vectors(long... ids) {
        float[] vectors = new float[ids.length * WIDTH];
        for (int i = 0; i < vectors.length; i++) {
            vectors[i] = token((int) ids[i / WIDTH], i % WIDTH) + position(i / WIDTH, i % WIDTH);
        }
        return vectors;
    }

    private static float token(int row, int column) {
        return (row * 31 + column * 17) % 1009 * STEP;
    }

    private static float position(int row, int column) {
        return (row * 13 + column * 7) % 251 * STEP;
    }

    private interface Formula {
        float value(int row, int column);
    }

    private static TensorSource tensor(String name, int rows, Formula formula) {
        return new TensorSource(
                name,
                ElementType.F32,
                List.of((long) rows, (long) WIDTH),
                channel -> {
                    ByteBuffer bytes =
                            ByteBuffer.allocate(rows * WIDTH * Float.BYTES)
                                    .order(ByteOrder.LITTLE_ENDIAN);
                    for (int i = 0; i < rows * WIDTH; i++) {
                        bytes.putFloat(formula.value(i / WIDTH, i % WIDTH));
                    }
                    channel.write(bytes.flip());
                });
    }
}
