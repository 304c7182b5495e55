package io.forestage.weights.llmc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.forestage.weights.ElementType;
import io.forestage.weights.TensorEntry;
import io.forestage.weights.WeightFile;
import io.forestage.weights.WeightFileException;
import io.forestage.weights.WeightFormat;
import io.forestage.weights.checkpoint.Checkpoint;
import io.forestage.weights.checkpoint.WeightFiles;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LlmcFileTest {

    private static final int HEADER = 1024;
    private static final int POSITIONS = 3;
    private static final int TOKENS = 5;
    private static final int LAYERS = 2;
    private static final int CHANNELS = 4;
    private static final int ROWS = 8;
    private static final int PARAMETERS =
            ROWS * CHANNELS
                    + POSITIONS * CHANNELS
                    + LAYERS * (12 * CHANNELS * CHANNELS + 13 * CHANNELS)
                    + 2 * CHANNELS;

    @TempDir private Path folder;

    @Test
    void theTablesAreFoundWithoutThePaddingRows() throws IOException {
        try (WeightFile opened = WeightFiles.open(write("gpt2.bin", model(3, 4)))) {
            assertThat(opened.format()).isEqualTo(WeightFormat.LLMC);
            TensorEntry wte = opened.require("wte.weight");
            assertThat(wte.type()).isEqualTo(ElementType.F32);
            assertThat(wte.shape()).containsExactly((long) TOKENS, (long) CHANNELS);
            assertThat(floats(opened, "wte.weight")).isEqualTo(numbers(0, TOKENS * CHANNELS));
            assertThat(floats(opened, "wpe.weight"))
                    .isEqualTo(numbers(ROWS * CHANNELS, POSITIONS * CHANNELS));
            assertThat(floats(opened, "lnfb")).isEqualTo(numbers(PARAMETERS - CHANNELS, CHANNELS));
            assertThat(opened.region(wte)).isPresent();
            assertThat(opened.metadata()).containsEntry("padded_vocab_size", "8");
        }
    }

    @Test
    void bfloat16IsRead() throws IOException {
        try (WeightFile opened = WeightFiles.open(write("gpt2_bf16.bin", model(5, 2)))) {
            assertThat(opened.require("wte.weight").type()).isEqualTo(ElementType.BF16);
            assertThat(floats(opened, "wpe.weight"))
                    .isEqualTo(numbers(ROWS * CHANNELS, POSITIONS * CHANNELS));
        }
    }

    @Test
    void aFolderMayHoldLlmcsOtherFilesToo() throws IOException {
        Path model = write("gpt2_124M.bin", model(3, 4));
        write("gpt2_tokenizer.bin", new byte[HEADER]);
        write("gpt2_124M_debug_state.bin", new byte[HEADER]);
        try (Checkpoint opened = Checkpoint.open(folder)) {
            assertThat(opened.files()).extracting(WeightFile::path).isEqualTo(List.of(model));
        }
    }

    @Test
    void anotherVersionOrSizeIsRefused() throws IOException {
        refused(model(1, 4), "version 1");
        refused(Arrays.copyOf(model(3, 4), HEADER + 7), "a file of 1031 bytes");
        refused(Arrays.copyOf(model(3, 4), 100), "a file of 100 bytes");
        refused(new byte[HEADER], "the number 0");
        for (int field = 2; field < 8; field++) {
            byte[] without = model(3, 4);
            little(without).putInt(field * 4, 0);
            refused(without, "positive number");
            byte[] huge = model(3, 4);
            little(huge).putInt(field * 4, Integer.MAX_VALUE);
            if (field != 5) {
                refused(huge, "found ");
            }
        }
        byte[] all = model(3, 4);
        for (int field = 2; field < 8; field++) {
            little(all).putInt(field * 4, Integer.MAX_VALUE);
        }
        refused(all, "2^63");
    }

    private void refused(byte[] bytes, String message) throws IOException {
        Path path = write("model.bin", bytes);
        assertThatThrownBy(() -> LlmcFile.open(path).close())
                .isInstanceOf(WeightFileException.class)
                .hasMessageContainingAll("expected ", message);
    }

    private Path write(String name, byte[] bytes) throws IOException {
        return Files.write(folder.resolve(name), bytes);
    }

    /** A model whose parameters are 0, 1, 2 … which bfloat16 has exactly up to 256. */
    static byte[] model(int version, int size) {
        byte[] bytes = new byte[HEADER + PARAMETERS * size];
        ByteBuffer file = little(bytes);
        file.putInt(20240326).putInt(version);
        file.putInt(POSITIONS).putInt(TOKENS).putInt(LAYERS).putInt(2).putInt(CHANNELS);
        file.putInt(ROWS).position(HEADER);
        for (float value : numbers(0, PARAMETERS)) {
            int bits = Float.floatToRawIntBits(value);
            if (size == 4) {
                file.putInt(bits);
            } else {
                file.putShort((short) (bits >>> 16));
            }
        }
        return bytes;
    }

    private static float[] numbers(int first, int count) {
        float[] numbers = new float[count];
        for (int i = 0; i < count; i++) {
            numbers[i] = (first + i) % 256;
        }
        return numbers;
    }

    private static ByteBuffer little(byte[] bytes) {
        return ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
    }

    private static float[] floats(WeightFile file, String name) throws IOException {
        TensorEntry entry = file.require(name);
        ByteBuffer bytes =
                ByteBuffer.allocate(Math.toIntExact(4 * entry.elementCount()))
                        .order(ByteOrder.nativeOrder());
        file.readFloats(entry, bytes);
        float[] values = new float[bytes.flip().remaining() / 4];
        bytes.asFloatBuffer().get(values);
        return values;
    }
}
