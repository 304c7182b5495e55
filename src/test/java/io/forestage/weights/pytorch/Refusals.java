package io.forestage.weights.pytorch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.forestage.weights.WeightFile;
import io.forestage.weights.WeightFileException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** Opens bytes as a file and expects that they are refused with one line. */
record Refusals(Path folder) {

    WeightFile open(byte[] bytes) throws WeightFileException {
        return PyTorchFile.open(write(bytes));
    }

    void assertRefused(byte[] bytes, String... words) {
        Path path = write(bytes);
        assertThatExceptionOfType(WeightFileException.class)
                .isThrownBy(() -> PyTorchFile.open(path).close())
                .satisfies(
                        refusal ->
                                assertThat(refusal.getMessage())
                                        .contains(words)
                                        .contains(path + ": expected ", "found ", "; ")
                                        .doesNotContain("\n"));
    }

    private Path write(byte[] bytes) {
        try {
            return Files.write(folder.resolve("model.pt"), bytes);
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
    }
}
