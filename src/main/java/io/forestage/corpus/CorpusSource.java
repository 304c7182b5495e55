package io.forestage.corpus;

import io.forestage.support.FailureReason;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.Objects;
import java.util.zip.GZIPInputStream;
import org.jspecify.annotations.Nullable;

/** Lines of UTF-8, plain or in gzip, which its first bytes say. */
public final class CorpusSource {

    private static final int BUFFER = 1 << 16;
    private static final int[] GZIP = {0x1F, 0x8B};

    private final String name;
    private final @Nullable Path file;
    private final @Nullable InputStream stream;

    private CorpusSource(String name, @Nullable Path file, @Nullable InputStream stream) {
        this.name = name;
        this.file = file;
        this.stream = stream;
    }

    /**
     * Names a file.
     *
     * @param file the file; a pipe is read too
     * @return the source
     */
    public static CorpusSource of(Path file) {
        return new CorpusSource(file.toString(), file, null);
    }

    /**
     * Takes a stream, which is read once.
     *
     * @param name its name in messages, such as {@code standard input}
     * @param stream the stream, which stays open
     * @return the source
     */
    public static CorpusSource of(String name, InputStream stream) {
        return new CorpusSource(name, null, stream);
    }

    String name() {
        return name;
    }

    boolean isFile() {
        return file != null;
    }

    /** Requires that writing a file does not replace this one. */
    void requireOtherThan(Path output) throws IOException {
        if (file != null && Files.exists(output) && Files.isSameFile(file, output)) {
            throw new CorpusException(
                    "%s: expected an output that is no input, found the same file; choose another name"
                            .formatted(name));
        }
    }

    /** Returns the size of a file as it is stored, or -1. */
    long bytes() throws IOException {
        BasicFileAttributes attributes = attributes();
        return attributes != null && attributes.isRegularFile() ? attributes.size() : -1;
    }

    /** Returns what changes with the content: size and time of a file. */
    String identity() throws IOException {
        BasicFileAttributes attributes = attributes();
        return attributes == null || !attributes.isRegularFile()
                ? "a stream"
                : "%d bytes of %s".formatted(attributes.size(), attributes.lastModifiedTime());
    }

    /**
     * Opens the source.
     *
     * @return the bytes that are stored; {@link #unpacked} returns those of the lines
     */
    InputStream open() throws IOException {
        if (file != null && Files.isDirectory(file)) {
            throw new CorpusException(
                    "%s: expected a text file, found a folder; name its files".formatted(name));
        }
        return file == null ? Objects.requireNonNull(stream) : Files.newInputStream(file);
    }

    /** Unpacks what is packed. */
    InputStream unpacked(InputStream stored) throws IOException {
        BufferedInputStream in = new BufferedInputStream(stored, BUFFER);
        in.mark(GZIP.length);
        boolean packed = in.read() == GZIP[0] && in.read() == GZIP[1];
        in.reset();
        try {
            return packed ? new GZIPInputStream(in, BUFFER) : in;
        } catch (IOException broken) {
            throw unreadable(broken);
        }
    }

    CorpusException unreadable(IOException failure) {
        return new CorpusException(
                "%s: expected a readable text file, plain or a whole gzip, found: %s"
                        .formatted(name, FailureReason.of(failure)),
                failure);
    }

    private @Nullable BasicFileAttributes attributes() throws IOException {
        return file == null ? null : Files.readAttributes(file, BasicFileAttributes.class);
    }
}
