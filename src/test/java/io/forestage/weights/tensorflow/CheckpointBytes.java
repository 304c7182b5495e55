package io.forestage.weights.tensorflow;

import static io.forestage.weights.tensorflow.Proto.concat;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;

/** Writes TensorFlow's checkpoints of float32 tensors, by the published layout. */
public final class CheckpointBytes {

    private final SortedMap<String, byte[]> entries = new TreeMap<>();
    private final ByteArrayOutputStream data = new ByteArrayOutputStream();

    public CheckpointBytes tensor(String name, List<Long> shape, byte[] values) {
        long[] sizes = shape.stream().mapToLong(Long::longValue).toArray();
        entries.put(name, Proto.floats(data.size(), values, sizes));
        data.writeBytes(values);
        return this;
    }

    /** Writes the index and the one data file; returns the index. */
    public Path write(Path folder) throws IOException {
        List<byte[]> keys = new ArrayList<>();
        keys.add(Table.key(0, "", Proto.header(1)));
        entries.forEach((name, entry) -> keys.add(Table.key(0, name, entry)));
        CheckpointFiles files = new CheckpointFiles(folder);
        Files.write(files.data(), data.toByteArray());
        return Files.write(files.index(), Table.of(concat(keys.toArray(byte[][]::new))));
    }
}
