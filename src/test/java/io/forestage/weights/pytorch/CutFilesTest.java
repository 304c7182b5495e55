package io.forestage.weights.pytorch;

import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.forestage.weights.WeightFileException;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Incomplete downloads: a file is refused wherever it is truncated. */
class CutFilesTest {

    @ParameterizedTest
    @ValueSource(
            strings = {
                "plain",
                "plain-legacy",
                "tied-legacy",
                "parameters-legacy",
                "types-legacy",
                "nanogpt",
                "nanogpt-legacy",
                "protocol4",
                "protocol4-legacy",
                "lightning",
                "deflated"
            })
    void everyTruncationIsRefused(String fixture, @TempDir Path folder) throws IOException {
        Path path = Files.write(folder.resolve("model.pt"), Fixtures.bytes(fixture));
        try (RandomAccessFile file = new RandomAccessFile(path.toFile(), "rw")) {
            for (long length = file.length() - 1; length >= 0; length--) {
                file.setLength(length);
                assertThatExceptionOfType(WeightFileException.class)
                        .as("cut to %d bytes", length)
                        .isThrownBy(() -> PyTorchFile.open(path).close());
            }
        }
    }
}
