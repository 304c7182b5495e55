package io.forestage.weights.numpy;

import io.forestage.weights.ByteSource;
import io.forestage.weights.FileBytes;
import io.forestage.weights.StoredTensor;
import io.forestage.weights.TensorEntry;
import io.forestage.weights.TensorPlace;
import io.forestage.weights.WeightFileException;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** An array, checked against its size: a header, then the elements, and nothing else. */
record NpyArray(TensorEntry entry, NpyHeader header) {

    /** Reads the header of an array that fills all of the bytes. */
    static NpyArray read(ByteSource bytes, String name) throws WeightFileException {
        NpyHeader header = NpyHeader.read(bytes, name);
        TensorEntry entry = entry(bytes, name, header);
        long found = bytes.size() - header.length();
        if (found != entry.byteSize()) {
            throw bytes.problem(
                    name,
                    "%d bytes for %s %s".formatted(entry.byteSize(), entry.type(), entry.shape()),
                    "%d bytes after the header".formatted(found),
                    FileBytes.DAMAGED);
        }
        return new NpyArray(entry, header);
    }

    /** Returns the array as a tensor; its header starts at the position. */
    StoredTensor at(ByteSource bytes, long position) {
        return new StoredTensor(
                entry,
                new TensorPlace(
                        bytes, position + header.length(), header.type().order(), strides()));
    }

    /** Returns the strides in elements; null for C order. */
    @Nullable List<Long> strides() {
        List<Long> shape = entry.shape();
        boolean isAlsoC = shape.stream().filter(dimension -> dimension != 1).count() < 2;
        if (!header.isFortranOrder() || isAlsoC || shape.contains(0L)) {
            return null;
        }
        List<Long> strides = new ArrayList<>();
        long stride = 1;
        for (long dimension : shape) {
            strides.add(stride);
            stride *= dimension;
        }
        return strides;
    }

    private static TensorEntry entry(ByteSource bytes, String name, NpyHeader header)
            throws WeightFileException {
        try {
            return new TensorEntry(name, header.type().type(), header.shape());
        } catch (IllegalArgumentException tooLarge) {
            throw bytes.problem(
                    name,
                    "fewer than 2^63 bytes",
                    "%s %s".formatted(header.type().type(), header.shape()),
                    FileBytes.DAMAGED);
        }
    }
}
