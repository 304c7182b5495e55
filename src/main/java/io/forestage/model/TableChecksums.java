package io.forestage.model;

import io.forestage.weights.FloatChecksum;
import io.forestage.weights.Gpt2Table;
import io.forestage.weights.StoredType;
import io.forestage.weights.TableNames;
import io.forestage.weights.TensorEntry;
import io.forestage.weights.TensorSource;
import io.forestage.weights.WeightFile;
import io.forestage.weights.checkpoint.Checkpoint;
import io.forestage.weights.checkpoint.LocatedTensor;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.WritableByteChannel;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * SHA-256 over a table's values as little-endian float32, in C order: the same for every format and
 * byte order of the file. An instance follows tables while they are written.
 */
final class TableChecksums implements AutoCloseable {

    private final Map<String, FloatChecksum> running = new TreeMap<>();

    /** The checksum of each table of a folder or weight file, in hexadecimal, by its name. */
    static SortedMap<String, String> of(Path place) throws IOException {
        SortedMap<String, String> checksums = new TreeMap<>();
        try (Checkpoint checkpoint = Checkpoint.open(place)) {
            for (Gpt2Table table : Gpt2Table.values()) {
                Optional<LocatedTensor> located = checkpoint.find(table);
                if (located.isPresent()) {
                    checksums.put(table.tensorName(), of(located.get()));
                }
            }
        }
        return checksums;
    }

    /** The checksums of other tensors, those that are there, by their exact names. */
    static SortedMap<String, String> of(Path place, Set<String> names) throws IOException {
        SortedMap<String, String> checksums = new TreeMap<>();
        if (names.isEmpty()) {
            return checksums;
        }
        try (Checkpoint checkpoint = Checkpoint.openWhole(place, TableNames.known())) {
            for (WeightFile file : checkpoint.files()) {
                for (TensorEntry entry : file.tensors()) {
                    if (names.contains(entry.name())) {
                        checksums.put(entry.name(), of(new LocatedTensor(file, entry)));
                    }
                }
            }
        }
        return checksums;
    }

    private static String of(LocatedTensor table) throws IOException {
        try (FloatChecksum checksum =
                new FloatChecksum(StoredType.FLOAT32.of(table.entry().type()))) {
            table.file().transferTo(table.entry(), StoredType.FLOAT32, checksum);
            return checksum.hex();
        }
    }

    /** The same table; writing it also computes the checksum. */
    TensorSource follow(TensorSource table) {
        FloatChecksum checksum = new FloatChecksum(table.type());
        running.put(table.name(), checksum);
        return new TensorSource(
                table.name(),
                table.type(),
                table.shape(),
                channel -> table.writeTo(new Both(checksum, channel)));
    }

    /** The checksums of all tables; call it after they were written. */
    SortedMap<String, String> results() throws IOException {
        SortedMap<String, String> checksums = new TreeMap<>();
        for (Map.Entry<String, FloatChecksum> each : running.entrySet()) {
            checksums.put(each.getKey(), each.getValue().hex());
        }
        return checksums;
    }

    @Override
    public void close() {
        running.values().forEach(FloatChecksum::close);
    }

    private record Both(FloatChecksum checksum, WritableByteChannel channel)
            implements WritableByteChannel {

        @Override
        public int write(ByteBuffer bytes) throws IOException {
            checksum.write(bytes.duplicate());
            return channel.write(bytes);
        }

        @Override
        public boolean isOpen() {
            return channel.isOpen();
        }

        @Override
        public void close() {}
    }
}
