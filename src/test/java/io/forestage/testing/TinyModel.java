package io.forestage.testing;

import io.forestage.weights.ElementType;
import io.forestage.weights.TensorSource;
import io.forestage.weights.safetensors.SafetensorsWriter;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * Writes a model folder with GPT-2's vocabulary, 32 positions and width 3. Its values follow from
 * their indices: wte[i][j] = i + j / 4, wpe[p][j] = p / 64 + j / 4.
 */
public final class TinyModel {

    public static final int VOCABULARY = 50257;
    public static final int POSITIONS = 32;
    public static final int WIDTH = 3;

    private TinyModel() {}

    /** Writes the folder: both tables, of a type and with a prefix, and an unused tensor. */
    public static Path write(Path folder, ElementType type, String prefix) throws IOException {
        Files.createDirectories(folder);
        config(folder, "");
        List<TensorSource> tensors = new ArrayList<>();
        tensors.add(tensor(prefix + "wte.weight", type, VOCABULARY, 1));
        tensors.add(tensor(prefix + "wpe.weight", type, POSITIONS, 64));
        tensors.add(TensorSource.ofLongs(prefix + "h.0.unused", List.of(2L), new long[] {1, 2}));
        SafetensorsWriter.write(folder.resolve("model.safetensors"), Map.of(), tensors);
        return folder;
    }

    public static Path write(Path folder) throws IOException {
        return write(folder, ElementType.F32, "");
    }

    /** Writes config.json; {@code more} is inserted unchanged, such as {@code ,"key": 1}. */
    public static void config(Path folder, String more) throws IOException {
        Files.writeString(
                folder.resolve("config.json"),
                "{\"model_type\": \"gpt2\", \"vocab_size\": %d, \"n_positions\": %d, \"n_embd\": %d%s}"
                        .formatted(VOCABULARY, POSITIONS, WIDTH, more),
                StandardCharsets.UTF_8);
    }

    public static float wte(long row, int column) {
        return row + column / 4f;
    }

    public static float wpe(long row, int column) {
        return row / 64f + column / 4f;
    }

    private static TensorSource tensor(String name, ElementType type, int rows, int divisor) {
        ByteBuffer bytes =
                ByteBuffer.allocate(rows * WIDTH * type.bytes()).order(ByteOrder.LITTLE_ENDIAN);
        for (int row = 0; row < rows; row++) {
            for (int column = 0; column < WIDTH; column++) {
                put(bytes, type, row / (float) divisor + column / 4f);
            }
        }
        bytes.flip();
        return new TensorSource(
                name,
                type,
                List.of((long) rows, (long) WIDTH),
                channel -> channel.write(bytes.duplicate()));
    }

    private static void put(ByteBuffer bytes, ElementType type, float value) {
        switch (type) {
            case F32 -> bytes.putFloat(value);
            case F64 -> bytes.putDouble(value);
            case BF16 -> bytes.putShort((short) (Float.floatToRawIntBits(value) >>> 16));
            default -> throw new IllegalArgumentException(type.name());
        }
    }
}
