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
 * A file of named tensors of any format, open for reading. Opening reads no tensor. Tensors are
 * read one at a time, in small pieces, so that a file may be of any size.
 *
 * <p>Several threads may read at once, each into its own buffer. If one is interrupted during a
 * read, the file is closed for all of them.
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
     * @param metadata the names and values beside the tensors, in the file's order
     * @param tensors the tensors, in the order of their bytes where there is one
     * @param sources the open files, which are closed with this one; the first is the path's own
     * @throws WeightFileException if two tensors have the same name, or if one lies outside its
     *     source; the sources stay open
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

    /** Returns the path as it was given when the file was opened. */
    public Path path() {
        return path;
    }

    /** Returns the format of the file's bytes, whatever its name. */
    public WeightFormat format() {
        return format;
    }

    /** Returns the file's size in bytes when it was opened; the sum if it has several parts. */
    public long size() {
        return sources.stream().mapToLong(ByteSource::size).sum();
    }

    /**
     * Returns the names and values beside the tensors, such as a safetensors header's {@code
     * __metadata__}.
     *
     * @return names and values in the file's order, unmodifiable; empty if there are none
     */
    public Map<String, String> metadata() {
        return metadata;
    }

    /** Returns all tensors, in the order of their bytes where there is one; unmodifiable. */
    public List<TensorEntry> tensors() {
        return tensors;
    }

    /**
     * Looks for a tensor.
     *
     * @param name its exact name
     * @return the tensor, or empty if there is none of that name
     */
    public Optional<TensorEntry> find(String name) {
        return Optional.ofNullable(byName.get(name)).map(StoredTensor::entry);
    }

    /**
     * Returns a tensor that must exist.
     *
     * @param name its exact name
     * @return the tensor
     * @throws WeightFileException if there is none of that name; the message lists a few that exist
     */
    public TensorEntry require(String name) throws WeightFileException {
        return find(name)
                .orElseThrow(
                        () ->
                                absent(
                                        name,
                                        Quoted.of(name),
                                        "check that it is the right model's file"));
    }

    /**
     * Returns where a tensor's bytes can be read or mapped in place.
     *
     * @param entry a tensor of this file
     * @return the place of its little-endian elements in C order; empty if they have to be
     *     decompressed, byte-swapped, reordered or checked
     * @throws IllegalArgumentException if the tensor belongs to another file
     */
    public Optional<FileRegion> region(TensorEntry entry) {
        TensorPlace place = requireOwn(entry).place();
        boolean asIs =
                place.isContiguous(entry.shape()) && place.order() == ByteOrder.LITTLE_ENDIAN;
        return asIs && place.bytes() instanceof FileBytes file
                ? Optional.of(new FileRegion(file.path(), place.offset()))
                : Optional.empty();
    }

    /**
     * Returns the check for changes of the file in which a tensor's bytes lie.
     *
     * @param entry a tensor of this file
     * @return the check; empty if the tensor has no {@link #region}
     * @throws IllegalArgumentException if the tensor belongs to another file
     */
    public Optional<MappedFile> mapped(TensorEntry entry) {
        return region(entry).isPresent()
                        && requireOwn(entry).place().bytes() instanceof FileBytes file
                ? Optional.of(file.mapped())
                : Optional.empty();
    }

    /**
     * Reads a tensor as float32 in the machine's byte order, whatever order the buffer has. F32
     * keeps its bits. F16 and BF16 are widened exactly; a signalling NaN of F16 becomes quiet. F64
     * is rounded to the nearest float32.
     *
     * @param entry a tensor of this file
     * @param destination a direct or heap buffer; receives four bytes for each element from its
     *     position on, and the position advances. After an exception its content is undefined and
     *     its position unchanged
     * @throws WeightFileException if the tensor's type is not floating-point or if it cannot be
     *     read
     * @throws IllegalArgumentException if the tensor belongs to another file, or if the buffer is
     *     read-only or too small
     */
    public void readFloats(TensorEntry entry, ByteBuffer destination) throws WeightFileException {
        StoredTensor tensor = requireOwn(entry);
        if (!entry.type().isFloatingPoint()) {
            throw new WeightFileException(
                    path,
                    entry.name(),
                    "F16, BF16, F32 or F64",
                    entry.type().name(),
                    "read its bytes unchanged, or store it as floats");
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
     * Copies a tensor's elements unchanged, little-endian, in C order.
     *
     * @param entry a tensor of this file
     * @param target a blocking channel that receives them
     * @throws WeightFileException if the tensor cannot be read
     * @throws IOException if the target cannot be written
     * @throws IllegalArgumentException if the tensor belongs to another file
     */
    public void transferTo(TensorEntry entry, WritableByteChannel target) throws IOException {
        TensorChunks chunks = TensorChunks.of(requireOwn(entry));
        for (ByteBuffer chunk = chunks.next(); chunk != null; chunk = chunks.next()) {
            while (chunk.hasRemaining()) {
                target.write(chunk);
            }
        }
    }

    /**
     * Converts a floating-point tensor to another type and copies it, little-endian, in C order.
     * Widening is as in {@link #readFloats}; float16 is rounded to nearest, ties to even.
     *
     * @param entry a floating-point tensor of this file
     * @param type the type to write
     * @param target a blocking channel that receives the elements
     * @throws WeightFileException if the tensor cannot be read, or has a finite value beyond
     *     float16's range
     * @throws IOException if the target cannot be written
     * @throws IllegalArgumentException if the tensor belongs to another file or is not
     *     floating-point
     */
    public void transferTo(TensorEntry entry, StoredType type, WritableByteChannel target)
            throws IOException {
        if (type.of(entry.type()) == entry.type()) {
            transferTo(entry, target);
            return;
        }
        TableWriter writer = new TableWriter(requireOwn(entry));
        switch (type) {
            case FLOAT16 -> writer.writeHalves(target);
            default -> writer.writeFloats(target);
        }
    }

    /**
     * Requires that everything read so far came from one file. Call it after the last read.
     *
     * @throws WeightFileException if the path no longer names the file that was opened, or if that
     *     file was modified since
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

    /** Creates the exception for an absent tensor, with the names of a few others. */
    WeightFileException absent(String tensor, String expected, String remedy) {
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
        return new WeightFileException(path, tensor, expected, found, remedy);
    }

    private void add(StoredTensor tensor) throws WeightFileException {
        TensorEntry entry = tensor.entry();
        if (byName.put(entry.name(), tensor) != null) {
            throw new WeightFileException(
                    path, entry.name(), "unique tensor names", "this one twice", FileBytes.DAMAGED);
        }
        TensorPlace place = tensor.place();
        if (!place.holds(entry)) {
            String strides = place.strides() == null ? "" : " with strides " + place.strides();
            throw new WeightFileException(
                    path,
                    entry.name(),
                    "a tensor within its storage of %d bytes".formatted(place.bytes().size()),
                    "%s %s at byte %d%s"
                            .formatted(entry.type(), entry.shape(), place.offset(), strides),
                    FileBytes.DAMAGED);
        }
    }

    private StoredTensor requireOwn(TensorEntry entry) {
        StoredTensor tensor = byName.get(entry.name());
        if (tensor == null || !tensor.entry().equals(entry)) {
            throw new IllegalArgumentException(
                    "expected a tensor of %s, found %s"
                            .formatted(path, Quoted.line(entry.toString())));
        }
        return tensor;
    }
}
