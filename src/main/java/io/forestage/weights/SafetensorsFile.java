package io.forestage.weights;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.IntBuffer;
import java.nio.channels.WritableByteChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * A safetensors file, open for reading. Opening checks the whole header against the file and reads
 * no tensor; tensors are then read one at a time in small pieces, so that a file may be of any
 * size.
 *
 * <p>Several threads may read at once, each into its own buffer. A thread that is interrupted while
 * it reads closes the file for all of them.
 */
public final class SafetensorsFile implements AutoCloseable {

    private static final int NAMES_SHOWN = 5;

    private final FileBytes bytes;
    private final SafetensorsHeader header;
    private final Map<String, TensorEntry> byName;

    private SafetensorsFile(FileBytes bytes, SafetensorsHeader header) {
        this.bytes = bytes;
        this.header = header;
        this.byName = new LinkedHashMap<>();
        header.tensors().forEach(tensor -> byName.put(tensor.name(), tensor));
    }

    /**
     * Opens a file and checks its header.
     *
     * @param file the file; a symbolic link is followed
     * @return the open file, to be closed
     * @throws WeightFileException if the file cannot be read or is anything but a sound safetensors
     *     file
     */
    public static SafetensorsFile open(Path file) throws WeightFileException {
        FileBytes bytes = FileBytes.open(file);
        try {
            SafetensorsHeader header = SafetensorsHeader.read(bytes);
            // The size was asked of the path, the bytes came from the open file: were they one?
            bytes.requireUnchanged();
            return new SafetensorsFile(bytes, header);
        } catch (OutOfMemoryError tooMuch) {
            // The header chooses how much we keep; all of it is garbage again at this point.
            bytes.close();
            throw new WeightFileException(
                    file,
                    null,
                    "a header that fits the heap",
                    "too many tensors or too long names",
                    "give the JVM a larger -Xmx",
                    tooMuch);
        } catch (WeightFileException | RuntimeException | Error failure) {
            bytes.close();
            throw failure;
        }
    }

    /**
     * Lists the safetensors files of a folder; they are not opened.
     *
     * @param folder the folder
     * @return its entries whose names end in {@code .safetensors}, by name
     * @throws IOException if the folder cannot be read
     */
    public static List<Path> inFolder(Path folder) throws IOException {
        try (Stream<Path> entries = Files.list(folder)) {
            return entries.filter(entry -> entry.toString().endsWith(".safetensors"))
                    .sorted()
                    .toList();
        } catch (UncheckedIOException e) {
            throw e.getCause();
        }
    }

    /**
     * Returns the path that was opened.
     *
     * @return the path as it was given
     */
    public Path path() {
        return bytes.path();
    }

    /**
     * Returns the size of the file.
     *
     * @return bytes when it was opened
     */
    public long size() {
        return bytes.size();
    }

    /**
     * Returns what the header has under {@code __metadata__}.
     *
     * @return names and values in the header's order, unmodifiable; empty if there are none
     */
    public Map<String, String> metadata() {
        return header.metadata();
    }

    /**
     * Returns all tensors.
     *
     * @return the tensors in the order of their bytes, unmodifiable
     */
    public List<TensorEntry> tensors() {
        return header.tensors();
    }

    /**
     * Looks for a tensor.
     *
     * @param name its name, exactly
     * @return the tensor, or empty if there is none of that name
     */
    public Optional<TensorEntry> find(String name) {
        return Optional.ofNullable(byName.get(name));
    }

    /**
     * Looks for a tensor that must be there.
     *
     * @param name its name, exactly
     * @return the tensor
     * @throws WeightFileException if there is none of that name; it tells some that there are
     */
    public TensorEntry require(String name) throws WeightFileException {
        return find(name).orElseThrow(() -> absent(name, Wording.quoted(name)));
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
        requireOwn(entry);
        if (!entry.type().isFloatingPoint()) {
            throw bytes.problem(
                    entry.name(),
                    "F16, BF16, F32 or F64",
                    entry.type().name(),
                    "read its bytes as they are, or store it as floats");
        }
        if (destination.isReadOnly()
                || destination.remaining() / Float.BYTES < entry.elementCount()) {
            throw new IllegalArgumentException(
                    "%s: expected a writable buffer with room for %d floats, found %s"
                            .formatted(
                                    Wording.quoted(entry.name()),
                                    entry.elementCount(),
                                    destination));
        }
        IntBuffer floats = destination.slice().order(ByteOrder.nativeOrder()).asIntBuffer();
        TensorChunks chunks = new TensorChunks(bytes, entry);
        FloatWidening widening =
                new FloatWidening(entry.type(), chunks.mostBytes() / entry.type().bytes());
        for (ByteBuffer chunk = chunks.next(); chunk != null; chunk = chunks.next()) {
            widening.widen(chunk, floats);
        }
        destination.position(destination.position() + floats.position() * Float.BYTES);
    }

    /**
     * Copies a tensor's bytes as they are, little-endian.
     *
     * @param entry a tensor of this file
     * @param target where they go; a blocking channel
     * @throws WeightFileException if the tensor cannot be read
     * @throws IOException if the target cannot be written
     * @throws IllegalArgumentException if the tensor is of another file
     */
    public void transferTo(TensorEntry entry, WritableByteChannel target) throws IOException {
        requireOwn(entry);
        TensorChunks chunks = new TensorChunks(bytes, entry);
        for (ByteBuffer chunk = chunks.next(); chunk != null; chunk = chunks.next()) {
            while (chunk.hasRemaining()) {
                target.write(chunk);
            }
        }
    }

    /**
     * Makes sure that what was read so far came from one file: to be called when all is read.
     *
     * @throws WeightFileException if the path no longer names the file that was opened, or if that
     *     file was written to since
     */
    public void requireUnchanged() throws WeightFileException {
        bytes.requireUnchanged();
    }

    /** Closes the file; a second call does nothing. */
    @Override
    public void close() {
        bytes.close();
    }

    /** Tells that none of some names is there, and a few that are. */
    WeightFileException absent(String tensor, String expected) {
        List<TensorEntry> tensors = tensors();
        String some =
                tensors.stream()
                        .limit(NAMES_SHOWN)
                        .map(each -> Wording.quoted(each.name()))
                        .collect(Collectors.joining(", "));
        String found =
                switch (tensors.size()) {
                    case 0 -> "a file without tensors";
                    case 1 -> "only " + some;
                    default -> "%d tensors, among them %s".formatted(tensors.size(), some);
                };
        return bytes.problem(tensor, expected, found, "check that it is the right model's file");
    }

    private void requireOwn(TensorEntry entry) {
        if (!entry.equals(byName.get(entry.name()))) {
            throw new IllegalArgumentException(
                    "expected a tensor of %s, found %s"
                            .formatted(path(), Wording.escaped(entry.toString())));
        }
    }
}
