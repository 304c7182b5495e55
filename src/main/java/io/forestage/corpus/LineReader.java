package io.forestage.corpus;

import java.io.IOException;
import java.io.InputStream;
import java.util.Arrays;
import java.util.zip.CRC32C;
import org.jspecify.annotations.Nullable;

/** Cuts bytes into lines, at LF or CR LF. It keeps one line, and of one that is too long none. */
final class LineReader {

    /** Some hundred times the longest line that a corpus usually has. */
    static final int MAX_BYTES = 16_000_000;

    private final InputStream in;
    private final CRC32C checksum = new CRC32C();
    private final byte[] buffer = new byte[1 << 16];
    private int begin;
    private int end;
    private long offset;
    private byte[] line = new byte[1 << 12];

    LineReader(InputStream in) {
        this.in = in;
    }

    /** A line without its end; the bytes of one that is too long are left out. */
    // Read once, compared never.
    @SuppressWarnings("ArrayRecordComponent")
    record Bytes(byte[] bytes, boolean isTooLong) {}

    /** Returns the next line, or null after the last. Bytes after the last LF are a line too. */
    @Nullable Bytes next() throws IOException {
        int size = 0;
        boolean isTooLong = false;
        boolean isAtEnd = true;
        while (fill()) {
            isAtEnd = false;
            int stop = begin;
            while (stop < end && buffer[stop] != '\n') {
                stop++;
            }
            int count = stop - begin;
            if (isTooLong || size + count > MAX_BYTES + 1) { // with its CR
                isTooLong = true;
            } else {
                line = size + count > line.length ? grown(size + count) : line;
                System.arraycopy(buffer, begin, line, size, count);
                size += count;
            }
            boolean found = stop < end;
            take(found ? count + 1 : count);
            if (found) {
                break;
            }
        }
        if (isAtEnd) {
            return null;
        }
        if (size > 0 && line[size - 1] == '\r') {
            size--;
        }
        isTooLong |= size > MAX_BYTES;
        byte[] bytes = isTooLong ? new byte[0] : Arrays.copyOf(line, size);
        if (line.length > buffer.length) {
            line = new byte[buffer.length]; // a long line is an exception
        }
        return new Bytes(bytes, isTooLong);
    }

    /** Skips bytes that an earlier run has read, and returns whether there were as many. */
    boolean skip(long bytes) throws IOException {
        while (offset < bytes && fill()) {
            take((int) Math.min(end - begin, bytes - offset));
        }
        return offset == bytes;
    }

    /** Returns how many bytes the lines had so far, with their ends. */
    long offset() {
        return offset;
    }

    /** Returns the CRC-32C of these bytes. */
    long checksum() {
        return checksum.getValue();
    }

    private boolean fill() throws IOException {
        if (begin == end) {
            begin = 0;
            end = Math.max(0, in.read(buffer));
        }
        return begin < end;
    }

    private void take(int count) {
        checksum.update(buffer, begin, count);
        begin += count;
        offset += count;
    }

    private byte[] grown(int needed) {
        return Arrays.copyOf(line, Math.max(needed, 2 * line.length));
    }
}
