package io.forestage.weights.zip;

import io.forestage.support.Quoted;
import io.forestage.weights.AtomicFile;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.WritableByteChannel;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Writes a zip of stored entries from front to back, the same bytes for the same content. Each
 * entry's data begin at a multiple of 64 bytes, so that they can be mapped; its checksum follows
 * them, as it is not known before.
 */
public final class ZipWriter {

    private final WritableByteChannel channel;
    private final Map<String, WrittenEntry> entries = new LinkedHashMap<>();
    private long position;

    /**
     * Begins a zip.
     *
     * @param channel where it goes; takes a whole buffer in each call
     */
    public ZipWriter(WritableByteChannel channel) {
        this.channel = channel;
    }

    /**
     * Writes an entry.
     *
     * @param name its path in the zip, parts separated by '/'
     * @param size how many bytes it holds
     * @param content writes them
     * @throws IllegalArgumentException if the name was written before or is one that {@link
     *     ZipArchive} refuses, if the content is of another size, or if there are more entries than
     *     it takes
     * @throws IOException if the content cannot be had or written
     */
    public void store(String name, long size, AtomicFile.Content content) throws IOException {
        WrittenEntry header = new WrittenEntry(encoded(name), size, position, 0);
        if (entries.containsKey(name) || entries.size() == DirectoryEnd.MOST_ENTRIES) {
            throw new IllegalArgumentException(
                    "expected at most %d names, each once, found one more: %s"
                            .formatted(DirectoryEnd.MOST_ENTRIES, Quoted.of(name)));
        }
        write(header.local());
        ChecksumChannel checked = new ChecksumChannel(channel);
        content.writeTo(checked);
        if (checked.count() != size) {
            throw new IllegalArgumentException(
                    "%s: expected content of %d bytes, found %d"
                            .formatted(Quoted.of(name), size, checked.count()));
        }
        position += size;
        WrittenEntry written = header.withCrc(checked.crc());
        write(written.descriptor());
        entries.put(name, written);
    }

    /**
     * Ends the zip with its directory. Nothing can be written after it.
     *
     * @throws IOException if it cannot be written
     */
    public void finish() throws IOException {
        long start = position;
        for (WrittenEntry entry : entries.values()) {
            write(entry.central());
        }
        write(DirectoryEnd.written(start, position - start, entries.size()));
    }

    private void write(ByteBuffer bytes) throws IOException {
        position += bytes.remaining();
        channel.write(bytes);
    }

    private static byte[] encoded(String name) {
        byte[] bytes = name.getBytes(StandardCharsets.UTF_8);
        boolean isUnicode = new String(bytes, StandardCharsets.UTF_8).equals(name);
        if (!isUnicode || EntryName.leadsAstray(name) || bytes.length > WrittenEntry.LONGEST_NAME) {
            throw new IllegalArgumentException(
                    "expected a relative path in Unicode of at most %d bytes, found %s"
                            .formatted(WrittenEntry.LONGEST_NAME, Quoted.of(name)));
        }
        return bytes;
    }
}
