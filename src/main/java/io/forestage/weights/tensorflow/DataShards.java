package io.forestage.weights.tensorflow;

import io.forestage.weights.FileBytes;
import io.forestage.weights.WeightFileException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** The data files beside an index; each is opened when the first tensor needs it. */
final class DataShards implements AutoCloseable {

    private final FileBytes index;
    private final String prefix;
    private final int count;
    private final Map<Integer, FileBytes> open = new HashMap<>();

    /**
     * Creates the list of data files and opens none.
     *
     * @param prefix the start of the data files' names
     * @param count the number of data files
     */
    DataShards(FileBytes index, String prefix, int count) {
        this.index = index;
        this.prefix = prefix;
        this.count = count;
    }

    /** Returns a tensor's open data file, after checking that the tensor lies within it. */
    FileBytes holding(BundleEntry entry) throws WeightFileException {
        FileBytes shard = open.get(entry.shard());
        if (shard == null) {
            shard = open(entry);
            open.put(entry.shard(), shard);
        }
        long size = entry.tensor().byteSize();
        if (entry.offset() > shard.size() || size > shard.size() - entry.offset()) {
            throw shard.problem(
                    entry.tensor().name(),
                    "%d bytes from byte %d on".formatted(size, entry.offset()),
                    "a file of %d bytes".formatted(shard.size()),
                    "fetch it again together with the .index file");
        }
        return shard;
    }

    /** Returns the index and the open data files. */
    List<FileBytes> files() {
        List<FileBytes> files = new ArrayList<>();
        files.add(index);
        files.addAll(open.values());
        return files;
    }

    @Override
    public void close() {
        open.values().forEach(FileBytes::close);
    }

    private FileBytes open(BundleEntry entry) throws WeightFileException {
        String name = "%s.data-%05d-of-%05d".formatted(prefix, entry.shard(), count);
        Path path = index.path().resolveSibling(name);
        if (Files.notExists(path)) {
            throw new WeightFileException(
                    path,
                    entry.tensor().name(),
                    "the data file of %s%s".formatted(prefix, TensorFlowCheckpoint.INDEX_SUFFIX),
                    "no such file",
                    "put it beside the index");
        }
        return FileBytes.open(path);
    }
}
