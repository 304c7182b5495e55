package io.forestage;

import static org.assertj.core.api.Assertions.assertThat;

import io.forestage.model.LoadOptions;
import io.forestage.testing.ResidentSize;
import io.forestage.weights.ElementType;
import io.forestage.weights.TensorSource;
import io.forestage.weights.safetensors.SafetensorsWriter;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/** The memory that a copy of the tables takes, and releases when it is closed. */
@EnabledOnOs(OS.LINUX)
class CopiedMemoryTest {

    private static final int ROWS = 50257;
    private static final int WIDTH = 768;
    private static final long TABLE = (long) ROWS * WIDTH * Float.BYTES;

    /** What else moves the resident size meanwhile: the heap, other tests' freed arrays. */
    private static final long NOISE = TABLE / 4;

    @TempDir Path folder;

    @Test
    void aCopysMemoryIsGivenBackWithTheStage() throws IOException {
        write();
        InputStage.load(folder).close(); // the engine, its threads, the tokenizer's tables
        long before = ResidentSize.bytes();
        try (InputStage stage = InputStage.load(folder, LoadOptions.frozen().copied(), null)) {
            stage.embed("Hello").close();
            assertThat(ResidentSize.bytes() - before).isGreaterThan(TABLE - NOISE);
        }

        assertThat(ResidentSize.bytes() - before).isLessThan(NOISE);
    }

    private void write() throws IOException {
        Files.writeString(
                folder.resolve("config.json"),
                "{\"vocab_size\": %d, \"n_positions\": 8, \"n_embd\": %d}".formatted(ROWS, WIDTH),
                StandardCharsets.UTF_8);
        SafetensorsWriter.write(
                folder.resolve("model.safetensors"),
                Map.of(),
                List.of(zeros("wte.weight", ROWS), zeros("wpe.weight", 8)));
    }

    private static TensorSource zeros(String name, int rows) {
        return new TensorSource(
                name,
                ElementType.F32,
                List.of((long) rows, (long) WIDTH),
                channel -> {
                    for (int row = 0; row < rows; row++) {
                        channel.write(ByteBuffer.allocate(WIDTH * Float.BYTES));
                    }
                });
    }
}
