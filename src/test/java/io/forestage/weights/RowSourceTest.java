package io.forestage.weights;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.forestage.weights.safetensors.SafetensorsFile;
import io.forestage.weights.safetensors.SafetensorsWriter;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RowSourceTest {

    @TempDir Path temporary;

    @Test
    void rowsAreWrittenUnchangedOrRounded() throws IOException {
        float[][] rows = {{1, -0.1f, 3}, {Float.NaN, 65504, Float.POSITIVE_INFINITY}};
        RowSource source = new RowSource("t", 2, 3, i -> rows[i]);

        assertThat(written(source.as(ElementType.F32)))
                .containsExactly(1, -0.1f, 3, Float.NaN, 65504, Float.POSITIVE_INFINITY);
        assertThat(written(source.as(ElementType.F16)))
                .containsExactly(1, -0.099975586f, 3, Float.NaN, 65504, Float.POSITIVE_INFINITY);
    }

    @Test
    void valuesBeyondFloat16AreRefused() {
        RowSource source = new RowSource("t", 1, 1, i -> new float[] {70000});
        assertThatThrownBy(() -> written(source.as(ElementType.F16)))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("found 70000.0 in row 0");
    }

    @Test
    void otherTypesAreRefused() {
        RowSource source = new RowSource("t", 1, 1, i -> new float[1]);
        assertThatThrownBy(() -> source.as(ElementType.I64))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("expected F32 or F16, found I64");
    }

    private float[] written(TensorSource tensor) throws IOException {
        Path file = temporary.resolve("file.safetensors");
        SafetensorsWriter.write(file, Map.of(), List.of(tensor));
        try (WeightFile weights = SafetensorsFile.open(file)) {
            TensorEntry entry = weights.require("t");
            ByteBuffer bytes =
                    ByteBuffer.allocate((int) entry.elementCount() * Float.BYTES)
                            .order(ByteOrder.nativeOrder());
            weights.readFloats(entry, bytes);
            float[] floats = new float[(int) entry.elementCount()];
            bytes.flip().asFloatBuffer().get(floats);
            return floats;
        }
    }
}
