package io.forestage.hub;

import io.forestage.weights.Gpt2Table;
import io.forestage.weights.TensorEntry;
import io.forestage.weights.WeightFile;
import io.forestage.weights.WeightFileException;
import io.forestage.weights.checkpoint.DecoderTensors;
import io.forestage.weights.safetensors.SafetensorsFile;
import java.io.IOException;
import java.net.URI;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * Fetches one weight file: of a safetensors file the header and the two tables, or the whole file.
 *
 * <p>A whole file is checked against its hash. A part has no hash: its size, its ETag, the header
 * and each byte's offset are checked.
 */
final class WeightFetch {

    /** The header of GPT-2's largest model has about 70 KB, so that one request is enough. */
    private static final ByteRange HEAD = new ByteRange(0, 1 << 17);

    private static final ByteRange WHOLE = new ByteRange(0, ByteRange.OPEN);

    private final RemoteRepository repository;
    private final DownloadFolder staging;
    private final String name;
    private final DownloadProgress progress;
    private final RangeFetch ranges;

    WeightFetch(
            RemoteRepository repository,
            DownloadFolder staging,
            String name,
            DownloadListener listener) {
        this.repository = repository;
        this.staging = staging;
        this.name = name;
        this.progress = new DownloadProgress(listener, name);
        this.ranges = new RangeFetch(repository, staging, progress);
    }

    /** Fetches the tables of a safetensors file; returns false if the server has no such file. */
    boolean fetchTables() throws IOException {
        return fetchAgainIfChanged(this::tables);
    }

    /** Fetches a whole file; returns false if the server has no such file. */
    boolean fetchWhole() throws IOException {
        return fetchAgainIfChanged(this::whole);
    }

    /**
     * Fetches a whole safetensors file, the header first.
     *
     * @return false if the server has no such file
     * @throws HubException if it has none of GPT-2's transformer blocks
     */
    boolean fetchWholeModel() throws IOException {
        return fetchAgainIfChanged(
                file -> {
                    if (!header(file)) {
                        return false;
                    }
                    Set<String> names = new HashSet<>();
                    read(
                            file,
                            weights -> weights.tensors().forEach(each -> names.add(each.name())));
                    requireBlocks(names, repository.address(name));
                    return whole(file);
                });
    }

    /** Refuses a model before its weights are fetched if it has none of GPT-2's blocks. */
    static void requireBlocks(Set<String> tensors, URI address) throws HubException {
        if (tensors.stream().noneMatch(DecoderTensors::isOfBlock)) {
            throw HubException.of(
                    address,
                    "GPT-2's transformer blocks, such as h.0.attn.c_attn.weight",
                    "none among %d tensors".formatted(tensors.size()),
                    "name a whole GPT-2, or take the model's tables alone");
        }
    }

    @FunctionalInterface
    private interface Way {
        boolean fetch(PartialFile file) throws IOException, FileChangedException;
    }

    private boolean fetchAgainIfChanged(Way way) throws IOException {
        try {
            return fetch(way);
        } catch (FileChangedException changed) {
            forget();
        }
        try {
            return fetch(way);
        } catch (FileChangedException again) {
            forget();
            throw again.error();
        }
    }

    private boolean fetch(Way way) throws IOException, FileChangedException {
        try (PartialFile file = PartialFile.open(staging, name)) {
            if (!way.fetch(file)) {
                return false;
            }
            file.save();
            if (file.isWhole() && !file.matchesHash()) {
                forget();
                throw HubException.of(
                        repository.address(name),
                        "content with the hash in the ETag",
                        "other content",
                        "start the download again, " + HubException.OTHER_WAY);
            }
            progress.needs(file.doneBytes(), file.doneBytes());
            progress.finish();
            return true;
        }
    }

    private void forget() throws IOException {
        staging.forget(name);
        progress.restart();
    }

    private boolean whole(PartialFile file) throws IOException, FileChangedException {
        if (file.isBegun()) {
            long missing = file.missing(WHOLE);
            progress.needs(file.doneBytes() + missing, file.doneBytes());
        }
        return ranges.fetch(file, WHOLE);
    }

    /** Fetches a safetensors file's header; returns false if the server has no such file. */
    private boolean header(PartialFile file) throws IOException, FileChangedException {
        if (!ranges.fetch(file, HEAD)) {
            return false;
        }
        ranges.fetch(file, headerRange(file));
        file.save();
        return true;
    }

    private boolean tables(PartialFile file) throws IOException, FileChangedException {
        if (!header(file)) {
            return false;
        }
        List<ByteRange> tables = tablesIn(file);
        ByteRanges needed = ByteRanges.of(tables);
        long missing = needed.toList().stream().mapToLong(file::missing).sum();
        staging.requireSpace(missing, repository.address(name));
        progress.needs(file.doneBytes() + missing, file.doneBytes());
        for (ByteRange table : needed.toList()) {
            ranges.fetch(file, table);
        }
        return true;
    }

    /** Returns the header's range; an empty one if the reader will refuse the header's length. */
    private static ByteRange headerRange(PartialFile file) throws IOException {
        ByteBuffer bytes = ByteBuffer.allocate(Long.BYTES).order(ByteOrder.LITTLE_ENDIAN);
        try (FileChannel channel = FileChannel.open(file.path())) {
            boolean isThere = channel.read(bytes, 0) == Long.BYTES;
            long length = isThere ? bytes.getLong(0) : 0;
            long max = Math.min(SafetensorsFile.MAX_HEADER_BYTES, channel.size() - Long.BYTES);
            return new ByteRange(0, length < 0 || length > max ? 0 : Long.BYTES + length);
        }
    }

    private List<ByteRange> tablesIn(PartialFile file) throws IOException {
        ByteRanges tables = new ByteRanges();
        read(
                file,
                weights -> {
                    for (Gpt2Table table : Gpt2Table.values()) {
                        Optional<TensorEntry> entry = table.findIn(weights);
                        entry.flatMap(weights::region)
                                .ifPresent(
                                        region ->
                                                tables.add(
                                                        ByteRange.ofLength(
                                                                region.offset(),
                                                                entry.get().byteSize())));
                    }
                });
        return tables.toList();
    }

    @FunctionalInterface
    private interface Reading {
        void of(WeightFile weights) throws IOException;
    }

    /** Reads the header of a safetensors file, which may be invalid. */
    private void read(PartialFile file, Reading reading) throws IOException {
        try (WeightFile weights = SafetensorsFile.open(file.path())) {
            reading.of(weights);
        } catch (WeightFileException invalid) {
            forget();
            throw HubException.of(
                    repository.address(name),
                    "a valid safetensors file",
                    "an invalid one (%s)".formatted(invalid.getMessage()),
                    HubException.BY_HAND,
                    invalid);
        }
    }
}
