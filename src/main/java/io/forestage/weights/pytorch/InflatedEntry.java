package io.forestage.weights.pytorch;

import io.forestage.weights.ByteSource;
import io.forestage.weights.WeightFileException;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/** What a compressed entry unpacks to. Nothing is kept: to go back is to begin anew. */
record InflatedEntry(InflatedStreams streams, PlacedEntry placed) implements ByteSource {

    @Override
    public long size() {
        return placed.entry().size();
    }

    @Override
    public void read(@Nullable String tensor, long position, ByteBuffer into)
            throws WeightFileException {
        streams.read(placed, tensor, position, into);
    }

    @Override
    public void requireUnchanged() throws WeightFileException {
        streams.file().requireUnchanged();
    }

    @Override
    public WeightFileException problem(
            @Nullable String tensor, String expected, String found, String remedy) {
        return streams.file().problem(tensor, expected, found, remedy);
    }

    /** The streams belong to the file and are closed with it. */
    @Override
    public void close() {}
}
