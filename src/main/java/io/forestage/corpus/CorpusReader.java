package io.forestage.corpus;

import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Reads sources one after another, in batches of lines. A batch never spans two sources. */
final class CorpusReader implements AutoCloseable {

    private static final int MAX_LINES = 4096;
    private static final byte[] BYTE_ORDER_MARK = {(byte) 0xEF, (byte) 0xBB, (byte) 0xBF};

    private final List<CorpusSource> sources;
    private final int batchBytes;
    private int index;
    private long line;
    private long readBytes;
    private @Nullable InputStream stored;
    private @Nullable LineReader reader;

    /**
     * Lines that are embedded together.
     *
     * @param lines the lines, none at the end
     * @param end the place after them
     * @param readBytes the bytes of all sources that were read so far, as they are stored
     */
    record Batch(List<Line> lines, Position end, long readBytes) {}

    /** Reads from the start, or from where an earlier run stopped. */
    CorpusReader(List<CorpusSource> sources, int batchBytes, Position start) throws IOException {
        this.sources = List.copyOf(sources);
        this.batchBytes = batchBytes;
        index = start.source();
        if (index > sources.size()) {
            throw new CorpusException(
                    "interrupted run: expected at most %d finished inputs, found %d; delete its folder to begin anew"
                            .formatted(sources.size(), index));
        }
        for (CorpusSource done : sources.subList(0, index)) {
            readBytes += Math.max(0, done.bytes());
        }
        if (index < sources.size()) {
            try {
                skip(open(), start);
            } catch (IOException | RuntimeException e) {
                close();
                throw e;
            }
        }
    }

    /** Reads the next batch; it has no lines after the last. */
    Batch next() throws IOException {
        List<Line> lines = new ArrayList<>();
        long bytes = 0;
        while (index < sources.size() && lines.size() < MAX_LINES && bytes < batchBytes) {
            LineReader.Bytes next = nextOf(sources.get(index));
            if (next != null) {
                line++;
                bytes += next.bytes().length + 1L;
                lines.add(line(next));
            } else if (!lines.isEmpty()) {
                break;
            } else {
                close();
                index++;
                line = 0;
            }
        }
        return new Batch(lines, position(), readBytes);
    }

    @Override
    public void close() throws IOException {
        if (stored != null) {
            stored.close();
            stored = null;
        }
        reader = null;
    }

    private Position position() {
        return reader == null
                ? new Position(index, 0, 0, 0)
                : new Position(index, reader.offset(), reader.checksum(), line);
    }

    private LineReader.@Nullable Bytes nextOf(CorpusSource source) throws IOException {
        LineReader lines = open();
        try {
            return lines.next();
        } catch (IOException failure) {
            throw source.unreadable(failure);
        }
    }

    private LineReader open() throws IOException {
        if (reader == null) {
            CorpusSource source = sources.get(index);
            stored = new Counted(source.open());
            reader = new LineReader(source.unpacked(stored));
        }
        return reader;
    }

    private void skip(LineReader lines, Position start) throws IOException {
        CorpusSource source = sources.get(index);
        line = start.line();
        if (!lines.skip(start.offset()) || lines.checksum() != start.checksum()) {
            throw new CorpusException(
                    "%s: expected the %d bytes that the interrupted run has read, found others; restore the file, or begin anew"
                            .formatted(source.name(), start.offset()));
        }
    }

    private Line line(LineReader.Bytes read) {
        String place = "%s, line %d".formatted(sources.get(index).name(), line);
        if (read.isTooLong()) {
            return new Line(
                    place,
                    "",
                    "expected at most %d bytes, found more; break it into lines"
                            .formatted(LineReader.MAX_BYTES));
        }
        byte[] bytes = read.bytes();
        if (line == 1 && startsWithMark(bytes)) {
            bytes = Arrays.copyOfRange(bytes, BYTE_ORDER_MARK.length, bytes.length);
        }
        // The usual way replaces what is no UTF-8 with U+FFFD, which a text may have too.
        String text = new String(bytes, StandardCharsets.UTF_8);
        return text.indexOf('\uFFFD') < 0 ? new Line(place, text, null) : checked(place, bytes);
    }

    private static Line checked(String place, byte[] bytes) {
        ByteBuffer in = ByteBuffer.wrap(bytes);
        try {
            return new Line(place, StandardCharsets.UTF_8.newDecoder().decode(in).toString(), null);
        } catch (CharacterCodingException invalid) {
            return new Line(
                    place,
                    "",
                    "expected UTF-8, found byte 0x%02X as byte %d of the line; convert the file to UTF-8"
                            .formatted(bytes[in.position()], in.position() + 1));
        }
    }

    private static boolean startsWithMark(byte[] bytes) {
        return bytes.length >= BYTE_ORDER_MARK.length
                && Arrays.equals(
                        bytes,
                        0,
                        BYTE_ORDER_MARK.length,
                        BYTE_ORDER_MARK,
                        0,
                        BYTE_ORDER_MARK.length);
    }

    /** Counts the bytes that are read. */
    private final class Counted extends FilterInputStream {

        Counted(InputStream in) {
            super(in);
        }

        /** A stream of the caller's stays open. */
        @Override
        public void close() throws IOException {
            if (sources.get(index).isFile()) {
                in.close();
            }
        }

        @Override
        public int read() throws IOException {
            int value = in.read();
            readBytes += value < 0 ? 0 : 1;
            return value;
        }

        @Override
        public int read(byte[] bytes, int offset, int length) throws IOException {
            int count = in.read(bytes, offset, length);
            readBytes += Math.max(0, count);
            return count;
        }
    }
}
