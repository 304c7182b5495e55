package io.forestage.weights;

import io.forestage.support.HeapBudget;
import java.io.Reader;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharsetDecoder;
import java.nio.charset.CoderResult;
import java.nio.charset.StandardCharsets;

/** Reads JSON text as strict UTF-8, in chunks, so that it is never in memory whole. */
final class JsonText extends Reader {

    private static final int CHUNK = 1 << 13;

    /** The JSON reader returns a string whole and copies it several times. */
    private static final long MAX_STRING_LENGTH = Math.max(1 << 16, HeapBudget.share(32));

    private final FileBytes file;
    private final long end;
    private final CharsetDecoder decoder = StandardCharsets.UTF_8.newDecoder();
    private final ByteBuffer bytes = ByteBuffer.allocate(CHUNK).limit(0);
    private final CharBuffer chars = CharBuffer.allocate(CHUNK).limit(0);

    private long next;
    private boolean isInString;
    private boolean isEscaped;
    private long stringLength;

    JsonText(FileBytes file, long start, long end) {
        this.file = file;
        this.next = start;
        this.end = end;
    }

    @Override
    public int read(char[] into, int offset, int length) throws WeightFileException {
        while (!chars.hasRemaining()) {
            if (next == end && !bytes.hasRemaining()) {
                return -1;
            }
            decodeSome();
        }
        int count = Math.min(length, chars.remaining());
        chars.get(into, offset, count);
        for (int i = offset; i < offset + count; i++) {
            follow(into[i]);
        }
        if (stringLength > MAX_STRING_LENGTH) {
            throw file.problem(
                    null,
                    "a string of at most %d characters in %s"
                            .formatted(MAX_STRING_LENGTH, HeapBudget.heap()),
                    "a longer one",
                    FileBytes.DAMAGED);
        }
        return count;
    }

    /** Tracks where strings start and end, as far as the text is JSON. */
    private void follow(char c) {
        if (!isInString) {
            isInString = c == '"';
            stringLength = 0;
        } else if (isEscaped) {
            isEscaped = false;
        } else if (c == '"') {
            isInString = false;
        } else {
            isEscaped = c == '\\';
            stringLength++;
        }
    }

    @Override
    public void close() {}

    private void decodeSome() throws WeightFileException {
        bytes.compact();
        bytes.limit((int) Math.min(bytes.capacity(), bytes.position() + end - next));
        int wanted = bytes.remaining();
        file.read(null, next, bytes);
        next += wanted;
        bytes.flip();
        chars.clear();
        CoderResult result = decoder.decode(bytes, chars, next == end);
        chars.flip();
        if (result.isError()) {
            throw file.problem(
                    null,
                    "JSON in UTF-8",
                    "malformed UTF-8 at byte %d of the file".formatted(next - bytes.remaining()),
                    FileBytes.DAMAGED);
        }
    }
}
