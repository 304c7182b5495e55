package io.forestage.training;

import java.io.IOException;
import java.io.Reader;
import org.jspecify.annotations.Nullable;

/** A text's lines, which end with LF or CR LF; a byte order mark before the first is no text. */
final class LineReader implements TextPieces {

    private static final char BYTE_ORDER_MARK = '\ufeff';

    private final Reader reader;
    private final StringBuilder text = new StringBuilder();
    private int line;
    private boolean ended;

    LineReader(Reader reader) {
        this.reader = reader;
    }

    @Override
    public @Nullable String next() throws IOException {
        if (ended) {
            return null;
        }
        line++;
        text.setLength(0);
        int read = reader.read();
        if (line == 1 && read == BYTE_ORDER_MARK) {
            read = reader.read();
        }
        for (; read >= 0 && read != '\n'; read = reader.read()) {
            text.append((char) read);
        }
        ended = read < 0;
        int last = text.length() - 1;
        if (last >= 0 && text.charAt(last) == '\r') {
            text.setLength(last);
        }
        return text.toString();
    }

    /** The line that was read last, or is being read. */
    @Override
    public int line() {
        return line;
    }
}
