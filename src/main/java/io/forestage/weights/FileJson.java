package io.forestage.weights;

import io.forestage.support.FailureReason;
import io.forestage.support.HeapBudget;
import io.forestage.support.JsonException;
import io.forestage.support.StrictJson;
import java.io.IOException;
import java.io.Reader;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharsetDecoder;
import java.nio.charset.CoderResult;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/** A JSON object in a part of a file, such as a header: strict JSON in strict UTF-8. */
public final class FileJson {

    private final ByteSource bytes;
    private final StrictJson json;
    private @Nullable String tensor;

    /**
     * Prepares to read; nothing is read yet.
     *
     * @param bytes the open file
     * @param start where the text starts, in bytes
     * @param end where it ends
     */
    public FileJson(ByteSource bytes, long start, long end) {
        this.bytes = bytes;
        this.json = new StrictJson(new Text(bytes, start, end), Integer.MAX_VALUE);
    }

    /**
     * Returns the reader of the values.
     *
     * @return the reader
     */
    public StrictJson json() {
        return json;
    }

    /**
     * Reads an object that has nothing but white space after it.
     *
     * @param member reads each value
     * @throws WeightFileException if the text is anything else
     */
    public void read(StrictJson.Member member) throws WeightFileException {
        try {
            json.document(
                    () -> {
                        json.object("a JSON object", member);
                        return json;
                    });
        } catch (WeightFileException alreadyClear) {
            throw alreadyClear;
        } catch (JsonException problem) {
            throw bytes.problem(
                    tensor,
                    problem.expected(),
                    "%s at %s".formatted(problem.found(), problem.place()),
                    problem.remedyOr(FileBytes.DAMAGED));
        } catch (IOException failure) {
            throw bytes.problem(
                    tensor, "JSON that can be read", FailureReason.of(failure), FileBytes.DAMAGED);
        }
    }

    /**
     * Names the tensor that problems are about from now on.
     *
     * @param tensor its name; null for none
     */
    public void about(@Nullable String tensor) {
        this.tensor = tensor;
    }

    /** The text, decoded in chunks, so that no header is ever held whole. */
    private static final class Text extends Reader {

        private static final int CHUNK = 1 << 13;

        /** A string comes whole from the JSON reader, which copies it more than once. */
        private static final long MAX_STRING_LENGTH = Math.max(1 << 16, HeapBudget.share(32));

        private final ByteSource file;
        private final long end;
        private final CharsetDecoder decoder = StandardCharsets.UTF_8.newDecoder();
        private final ByteBuffer bytes = ByteBuffer.allocate(CHUNK).limit(0);
        private final CharBuffer chars = CharBuffer.allocate(CHUNK).limit(0);

        private long next;
        private boolean isInString;
        private boolean isEscaped;
        private long stringLength;

        Text(ByteSource file, long start, long end) {
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

        /** Follows where strings begin and end, as far as the text is JSON. */
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
                        "a header in UTF-8",
                        "malformed bytes at byte " + (next - bytes.remaining()) + " of the file",
                        FileBytes.DAMAGED);
            }
        }
    }
}
