package io.forestage.weights.tensorflow;

import io.forestage.weights.ByteSource;
import io.forestage.weights.WeightFileException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/** Creates exceptions for a parser whose bytes do not come from a file. */
enum NoBytes implements ByteSource {
    NOWHERE;

    @Override
    public long size() {
        return 0;
    }

    @Override
    public void read(@Nullable String tensor, long position, ByteBuffer into) {
        throw new UnsupportedOperationException();
    }

    @Override
    public void requireUnchanged() {}

    @Override
    public WeightFileException problem(
            @Nullable String tensor, String expected, String found, String remedy) {
        return new WeightFileException(Path.of("nowhere"), tensor, expected, found, remedy);
    }

    @Override
    public void close() {}
}
