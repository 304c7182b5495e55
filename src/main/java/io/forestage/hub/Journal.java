package io.forestage.hub;

import com.google.gson.Gson;
import io.forestage.weights.files.AtomicFile;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.TreeMap;

/** What earlier runs of the same download have fetched, as recorded in a file beside it. */
record Journal(String model, String commit, Map<String, Entry> files) {

    private static final int MAX_BYTES = 1 << 20;

    Journal {
        Objects.requireNonNull(model, "model");
        Objects.requireNonNull(commit, "commit");
        files = new TreeMap<>(files);
    }

    static Journal empty(HubModel model, String commit) {
        return new Journal(model.name(), commit, Map.of());
    }

    /** Reads the journal of a commit; empty if it is damaged or of another commit. */
    static Optional<Journal> read(Path file, HubModel model, String commit) {
        try {
            if (!Files.isRegularFile(file) || Files.size(file) > MAX_BYTES) {
                return Optional.empty();
            }
            return Optional.ofNullable(new Gson().fromJson(Files.readString(file), Journal.class))
                    .filter(found -> found.model.equals(model.name()))
                    .filter(found -> found.commit.equals(commit));
        } catch (IOException | RuntimeException damaged) {
            // gson passes the constructors' exceptions through, wrapped or not.
            return Optional.empty();
        }
    }

    void write(Path file) throws IOException {
        byte[] text = new Gson().toJson(this).getBytes(StandardCharsets.UTF_8);
        AtomicFile.write(file, channel -> channel.write(ByteBuffer.wrap(text)));
    }

    /** The byte ranges of one file that are on the disk. */
    record Entry(RemoteFile file, List<ByteRange> done) {

        Entry {
            Objects.requireNonNull(file, "file");
            done = List.copyOf(done);
            for (ByteRange range : done) {
                if (range.end() > file.size()) {
                    throw new IllegalArgumentException(
                            "expected byte ranges within %d bytes, found %s"
                                    .formatted(file.size(), range));
                }
            }
        }

        static Entry whole(RemoteFile file) {
            return new Entry(file, List.of(new ByteRange(0, file.size())));
        }

        boolean isWhole() {
            return ByteRanges.of(done).bytes() == file.size();
        }
    }
}
