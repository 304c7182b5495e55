package io.forestage.weights.pytorch;

import io.forestage.weights.ByteSource;
import io.forestage.weights.FileBytes;
import io.forestage.weights.WeightFileException;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/** An open file together with the streams that inflate its compressed entries, if it has any. */
final class ZipBytes implements ByteSource {

    private final FileBytes file;
    private final InflatedStreams streams;

    ZipBytes(FileBytes file) {
        this.file = file;
        streams = new InflatedStreams(file);
    }

    FileBytes file() {
        return file;
    }

    InflatedStreams streams() {
        return streams;
    }

    @Override
    public long size() {
        return file.size();
    }

    @Override
    public void read(@Nullable String tensor, long position, ByteBuffer into)
            throws WeightFileException {
        file.read(tensor, position, into);
    }

    @Override
    public void requireUnchanged() throws WeightFileException {
        file.requireUnchanged();
    }

    @Override
    public WeightFileException problem(
            @Nullable String tensor, String expected, String found, String remedy) {
        return file.problem(tensor, expected, found, remedy);
    }

    @Override
    public void close() {
        file.close();
        streams.close();
    }
}
