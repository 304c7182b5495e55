package io.forestage.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.forestage.weights.WeightFileException;
import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class AtomicFolderTest {

    @TempDir Path temporary;

    @Test
    void aFileThatCannotBeWrittenIsNamedByItsLastingName() throws IOException {
        Path target = temporary.resolve("model");

        try (AtomicFolder swap = AtomicFolder.prepare(target, false)) {
            assertThatThrownBy(
                            () ->
                                    swap.write(
                                            folder -> {
                                                throw full(folder.resolve("model.safetensors"));
                                            }))
                    .isInstanceOf(WeightFileException.class)
                    .hasMessage(
                            "%s: expected a writable file, found no space; free some",
                            target.resolve("model.safetensors"));
        }
        assertThat(temporary).isEmptyDirectory();
    }

    @Test
    void anotherFileKeepsItsName() throws IOException {
        Path source = temporary.resolve("source.bin");

        try (AtomicFolder swap = AtomicFolder.prepare(temporary.resolve("model"), false)) {
            assertThatThrownBy(
                            () ->
                                    swap.write(
                                            folder -> {
                                                throw full(source);
                                            }))
                    .hasMessageStartingWith(source + ": ");
        }
    }

    private static WeightFileException full(Path file) {
        return new WeightFileException(file, null, "a writable file", "no space", "free some");
    }
}
