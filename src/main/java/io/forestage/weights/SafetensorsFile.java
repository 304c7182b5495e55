package io.forestage.weights;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/** Opens safetensors files: the whole header is checked against the file, and no tensor is read. */
public final class SafetensorsFile {

    /** The longest header that is read, in bytes: the format's own limit. */
    public static final int LONGEST_HEADER = SafetensorsHeader.LONGEST;

    private SafetensorsFile() {}

    /**
     * Opens a file and checks its header.
     *
     * @param file the file; a symbolic link is followed
     * @return the open file, to be closed
     * @throws WeightFileException if the file cannot be read or is anything but a sound safetensors
     *     file
     */
    public static WeightFile open(Path file) throws WeightFileException {
        FileBytes bytes = FileBytes.open(file);
        try {
            SafetensorsHeader header = SafetensorsHeader.read(bytes);
            // The size was asked of the path, the bytes came from the open file: were they one?
            bytes.requireUnchanged();
            return new WeightFile(
                    file,
                    WeightFormat.SAFETENSORS,
                    header.metadata(),
                    header.tensors(),
                    List.of(bytes));
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
}
