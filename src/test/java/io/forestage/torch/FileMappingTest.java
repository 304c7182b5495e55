package io.forestage.torch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.djl.engine.EngineException;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class FileMappingTest {

    private final NDManager manager = NDManager.newBaseManager("PyTorch");

    @TempDir Path folder;

    @AfterEach
    void close() {
        manager.close();
    }

    @Test
    void theValuesAreThoseOfTheFile() throws IOException {
        NDArray mapped = FileMapping.mapFloats(manager, fileOf(9, 1, 2, 3, 4), 4, new Shape(2, 2));

        assertThat(mapped.getShape()).isEqualTo(new Shape(2, 2));
        assertThat(mapped.toFloatArray()).containsExactly(1, 2, 3, 4);
    }

    @Test
    void aWriteDoesNotChangeTheFile() throws IOException {
        Path file = fileOf(1, 2);
        NDArray mapped = FileMapping.mapFloats(manager, file, 0, new Shape(2));

        mapped.addi(10);

        assertThat(mapped.toFloatArray()).containsExactly(11, 12);
        assertThat(Files.readAllBytes(file)).isEqualTo(bytes(1, 2));
    }

    @Test
    void aFileWithoutWritePermissionWorks() throws IOException {
        Path file = fileOf(1, 2);
        assertThat(file.toFile().setReadOnly()).isTrue();
        NDArray mapped = FileMapping.mapFloats(manager, file, 0, new Shape(2));

        mapped.muli(2);

        assertThat(mapped.toFloatArray()).containsExactly(2, 4);
    }

    @Test
    void aFileReplacedByRenameStaysMappedAsItWas() throws IOException {
        Path file = fileOf(1, 2);
        NDArray mapped = FileMapping.mapFloats(manager, file, 0, new Shape(2));
        Path other = Files.write(folder.resolve("other"), bytes(7));

        Files.move(other, file, StandardCopyOption.ATOMIC_MOVE);

        assertThat(mapped.toFloatArray()).containsExactly(1, 2);
    }

    @Test
    void aViewOutlivesTheMappedArray() throws IOException {
        NDArray view;
        try (NDManager owner = manager.newSubManager()) {
            NDArray mapped = FileMapping.mapFloats(owner, fileOf(1, 2, 3), 0, new Shape(3));
            view = mapped.get(manager, 2);
        }
        System.gc();

        assertThat(view.getFloat()).isEqualTo(3);
    }

    @Test
    void aFileNameInAnyScriptWorks() throws IOException {
        Path file = Files.write(folder.resolve("süß 模型 😀"), bytes(5));

        assertThat(FileMapping.mapFloats(manager, file, 0, new Shape(1)).getFloat(0)).isEqualTo(5);
    }

    @Test
    void valuesBeyondFourGibibytesAreMapped() throws IOException {
        Path file = folder.resolve("large");
        long offset = 5L << 30;
        try (RandomAccessFile large = new RandomAccessFile(file.toFile(), "rw")) {
            large.seek(offset);
            large.write(bytes(42));
        }

        NDArray mapped = FileMapping.mapFloats(manager, file, offset, new Shape(1));

        assertThat(mapped.getFloat(0)).isEqualTo(42);
    }

    @Test
    void onlyTheArrayStaysInTheManager() throws IOException {
        NDArray mapped = FileMapping.mapFloats(manager, fileOf(1), 0, new Shape(1));

        assertThat(manager.getManagedArrays()).containsExactly(mapped);
    }

    @Test
    void aFileThatIsTooShortIsRefused() throws IOException {
        Path file = fileOf(1, 2);

        assertThatThrownBy(() -> FileMapping.mapFloats(manager, file, 4, new Shape(2)))
                .isInstanceOf(EngineException.class);
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3, 7, 14291})
    void valuesMayStartAtAnyByte(int offset) throws IOException {
        ByteBuffer content = ByteBuffer.allocate(offset + 16).position(offset);
        content.put(bytes(1, 2, 3, 4));
        Path file = Files.write(folder.resolve("unaligned"), content.array());
        assertThat(file.toFile().setReadOnly()).isTrue();

        NDArray mapped = FileMapping.mapFloats(manager, file, offset, new Shape(2, 2));

        assertThat(mapped.toFloatArray()).containsExactly(1, 2, 3, 4);
        assertThat(mapped.matMul(mapped).toFloatArray()).containsExactly(7, 10, 15, 22);
        mapped.addi(1);
        assertThat(mapped.toFloatArray()).containsExactly(2, 3, 4, 5);
        assertThat(Files.readAllBytes(file)).isEqualTo(content.array());
    }

    @Test
    void anUnalignedFileReplacedByRenameStaysMappedAsItWas() throws IOException {
        Path file =
                Files.write(folder.resolve("unaligned"), new byte[] {9, 0, 0, (byte) 0x80, 0x3f});
        NDArray mapped = FileMapping.mapFloats(manager, file, 1, new Shape(1));
        System.gc();
        Path other = Files.write(folder.resolve("other"), bytes(7));

        Files.move(other, file, StandardCopyOption.ATOMIC_MOVE);

        assertThat(mapped.getFloat(0)).isEqualTo(1);
    }

    @Test
    void aNegativeOffsetIsRefused() throws IOException {
        Path file = fileOf(1, 2);

        assertThatIllegalArgumentException()
                .isThrownBy(() -> FileMapping.mapFloats(manager, file, -4, new Shape(1)))
                .withMessageContaining("found -4");
    }

    private Path fileOf(float... values) throws IOException {
        return Files.write(folder.resolve("values"), bytes(values));
    }

    private static byte[] bytes(float... values) {
        ByteBuffer buffer =
                ByteBuffer.allocate(values.length * Float.BYTES).order(ByteOrder.LITTLE_ENDIAN);
        for (float value : values) {
            buffer.putFloat(value);
        }
        return buffer.array();
    }
}
