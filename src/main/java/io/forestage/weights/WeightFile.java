package io.forestage.weights;

import io.forestage.support.Quoted;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.IntBuffer;
import java.nio.channels.WritableByteChannel;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * A file of named tensors, open for reading, whatever its format. Opening reads no tensor; tensors
 * are then read one at a time in small pieces, so that a file may be of any size.
 *
 * <p>Several threads may read at once, each into its own buffer. A thread that is interrupted while
 * it reads closes the file for all of them.
 */
public final class WeightFile implements AutoCloseable {

    private static final int NAMES_SHOWN = 5;

    private final Path path;
    private final WeightFormat format;
    private final Map<String, String> metadata;
    private final List<TensorEntry> tensors;
    private final Map<String, StoredTensor> byName = new LinkedHashMap<>();
    private final List<ByteSource> sources;

    /**
     * Creates a file from what its format's reader found.
     *
     * @param path the path that was opened
     * @param format the file's format
     * @param metadata names and values that the file has beside its tensors, in its own order
     * @param tensors the tensors, by the order of their bytes where there is one
     * @param sources the open files, which are closed with this one; the first is the path's own
     * @throws WeightFileException if two tensors have one name, or if one lies outside its source;
     *     the sources are left open
     */
    public WeightFile(
            Path path,
            WeightFormat format,
            Map<String, String> metadata,
            List<StoredTensor> tensors,
            List<? extends ByteSource> sources)
            throws WeightFileException {
        this.path = path;
        this.format = format;
        this.metadata = metadata;
        this.sources = List.copyOf(sources);
        this.tensors = tensors.stream().map(StoredTensor::entry).toList();
        for (StoredTensor tensor : tensors) {
            add(tensor);
        }
    }

    /**
     * Returns the path that was opened.
     *
     * @return the path as it was given
     */
    public Path path() {
        return path;
    }

    /**
     * Returns the file's format.
     *
     * @return the format of its bytes, whatever its name
     */
    public WeightFormat format() {
        return format;
    }

    /**
     * Returns the size of the file.
     *
     * @return bytes when it was opened, of all its parts if it has several
     */
    public long size() {
        return sources.stream().mapToLong(ByteSource::size).sum();
    }

    /**
     * Returns what the file has beside its tensors, such as a safetensors header's {@code
     * __metadata__}.
     *
     * @return names and values in the file's order, unmodifiable; empty if there are none
     */
    public Map<String, String> metadata() {
        return metadata;
    }

    /**
     * Returns all tensors.
     *
     * @return the tensors, by the order of their bytes where there is one; unmodifiable
     */
    public List<TensorEntry> tensors() {
        return tensors;
    }

    /**
     * Looks for a tensor.
     *
     * @param name its name, exactly
     * @return the tensor, or empty if there is none of that name
     */
    public Optional<TensorEntry> find(String name) {
        return Optional.ofNullable(byName.get(name)).map(StoredTensor::entry);
    }

    /**
     * Looks for a tensor that must be there.
     *
     * @param name its name, exactly
     * @return the tensor
     * @throws WeightFileException if there is none of that name; the message names some that there
     *     are
     */
    public TensorEntry require(String name) throws WeightFileException {
        return find(name).orElseThrow(() -> absent(name, Quoted.of(name)));
    }

    /**
     * Returns where a tensor's bytes can be read or mapped in place.
     *
     * @param entry a tensor of this file
     * @return the place of its little-endian elements in C order; empty if they have to be
     *     unpacked, turned, put in order, or checked on the way
     * @throws IllegalArgumentException if the tensor is of another file
     */
    public Optional<FileRegion> region(TensorEntry entry) {
        TensorPlace place = own(entry).place();
        boolean asIs =
                place.isContiguous(entry.shape()) && place.order() == ByteOrder.LITTLE_ENDIAN;
        return asIs && place.bytes() instanceof FileBytes file
                ? Optional.of(new FileRegion(file.path(), place.offset()))
                : Optional.empty();
    }

    /**
     * Returns the check for changes of the file that a tensor's bytes lie in.
     *
     * @param entry a tensor of this file
     * @return the file as it was opened; empty if there is no {@link #region} of the tensor
     * @throws IllegalArgumentException if the tensor is of another file
     */
    public Optional<MappedFile> mapped(TensorEntry entry) {
        return region(entry).isPresent() && own(entry).place().bytes() instanceof FileBytes file
                ? Optional.of(file.mapped())
                : Optional.empty();
    }

    /**
     * Reads a tensor as float32 in the machine's own byte order, whatever order the buffer has. F32
     * keeps its bits; F16 and BF16 widen exactly, a signalling NaN of F16 coming out quiet; F64
     * rounds to the nearest float32.
     *
     * @param entry a tensor of this file
     * @param destination takes four bytes an element from its position on, which advances over
     *     them; direct or on the heap. After an exception its content is undefined and its position
     *     unchanged
     * @throws WeightFileException if the tensor is not of a floating type or cannot be read
     * @throws IllegalArgumentException if the tensor is of another file, or if the buffer is
     *     read-only or too small
     */
    public void readFloats(TensorEntry entry, ByteBuffer destination) throws WeightFileException {
        StoredTensor tensor = own(entry);
        if (!entry.type().isFloatingPoint()) {
            throw new WeightFileException(
                    path,
                    entry.name(),
                    "F16, BF16, F32 or F64",
                    entry.type().name(),
                    "read its bytes as they are, or store it as floats");
        }
        if (destination.isReadOnly()
                || destination.remaining() / Float.BYTES < entry.elementCount()) {
            throw new IllegalArgumentException(
                    "%s: expected a writable buffer with room for %d floats, found %s"
                            .formatted(Quoted.of(entry.name()), entry.elementCount(), destination));
        }
        IntBuffer floats = destination.slice().order(ByteOrder.nativeOrder()).asIntBuffer();
        TensorChunks chunks = TensorChunks.of(tensor);
        FloatConversion widening =
                new FloatConversion(entry.type(), chunks.maxBytes() / entry.type().bytes());
        for (ByteBuffer chunk = chunks.next(); chunk != null; chunk = chunks.next()) {
            widening.widen(chunk, floats);
        }
        destination.position(destination.position() + floats.position() * Float.BYTES);
    }

    /**
     * Copies a tensor's elements as they are, little-endian, in C order.
     *
     * @param entry a tensor of this file
     * @param target where they go; a blocking channel
     * @throws WeightFileException if the tensor cannot be read
     * @throws IOException if the target cannot be written
     * @throws IllegalArgumentException if the tensor is of another file
     */
    public void transferTo(TensorEntry entry, WritableByteChannel target) throws IOException {
        TensorChunks chunks = TensorChunks.of(own(entry));
        for (ByteBuffer chunk = chunks.next(); chunk != null; chunk = chunks.next()) {
            while (chunk.hasRemaining()) {
                target.write(chunk);
            }
        }
    }

    /**
     * Copies a tensor of a floating type as another type, little-endian, in C order. Widening is as
     * in {@link #readFloats}; float16 is the nearest, ties to even.
     *
     * @param entry a tensor of this file, of a floating type
     * @param type how to write it
     * @param target where it goes; a blocking channel
     * @throws WeightFileException if the tensor cannot be read, or holds a finite value that is
     *     beyond float16
     * @throws IOException if the target cannot be written
     * @throws IllegalArgumentException if the tensor is of another file or of no floating type
     */
    public void transferTo(TensorEntry entry, StoredType type, WritableByteChannel target)
            throws IOException {
        if (type.of(entry.type()) == entry.type()) {
            transferTo(entry, target);
            return;
        }
        TableWriter writer = new TableWriter(own(entry));
        switch (type) {
            case FLOAT16 -> writer.writeHalves(target);
            default -> writer.writeFloats(target);
        }
    }

    /**
     * Checks that everything read so far came from one file; call it after the last read.
     *
     * @throws WeightFileException if the path no longer names the file that was opened, or if that
     *     file was written to since
     */
    public void requireUnchanged() throws WeightFileException {
        for (ByteSource source : sources) {
            source.requireUnchanged();
        }
    }

    /** Closes the file; a second call does nothing. */
    @Override
    public void close() {
        sources.forEach(ByteSource::close);
    }

    /** Creates the exception for an absent tensor, with a few names that are there. */
    WeightFileException absent(String tensor, String expected) {
        String some =
                tensors.stream()
                        .limit(NAMES_SHOWN)
                        .map(each -> Quoted.of(each.name()))
                        .collect(Collectors.joining(", "));
        String found =
                switch (tensors.size()) {
                    case 0 -> "a file without tensors";
                    case 1 -> "only " + some;
                    default -> "%d tensors, among them %s".formatted(tensors.size(), some);
                };
        return new WeightFileException(
                path, tensor, expected, found, "check that it is the right model's file");
    }

    private void add(StoredTensor tensor) throws WeightFileException {
        TensorEntry entry = tensor.entry();
        if (byName.put(entry.name(), tensor) != null) {
            throw new WeightFileException(
                    path, entry.name(), "each name once", "it twice", FileBytes.DAMAGED);
        }
        TensorPlace place = tensor.place();
        if (!place.holds(entry)) {
            String strides = place.strides() == null ? "" : " with strides " + place.strides();
            throw new WeightFileException(
                    path,
                    entry.name(),
                    "a tensor within its %d bytes".formatted(place.bytes().size()),
                    "%s %s at byte %d%s"
                            .formatted(entry.type(), entry.shape(), place.offset(), strides),
                    FileBytes.DAMAGED);
        }
    }

    private StoredTensor own(TensorEntry entry) {
        StoredTensor tensor = byName.get(entry.name());
        if (tensor == null || !tensor.entry().equals(entry)) {
            throw new IllegalArgumentException(
                    "expected a tensor of %s, found %s"
                            .formatted(path, Quoted.line(entry.toString())));
        }
        return tensor;
    }
}
