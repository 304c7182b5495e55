package io.forestage.tokens;

import com.google.gson.Strictness;
import com.google.gson.stream.JsonReader;
import com.google.gson.stream.JsonToken;
import java.io.IOException;
import java.io.StringReader;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharsetDecoder;
import java.nio.charset.CoderResult;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/** A tokenizer's file: its text, or its JSON read strictly, with every failure said in full. */
record TokenizerFile(Path path) {

    /** The largest published tokenizer.json has about a tenth of this. */
    private static final long MAX_BYTES = 256L << 20;

    private static final char REPLACEMENT = 0xFFFD;

    private static final String FETCH_AGAIN = "fetch the tokenizer's files again";

    /** Something that reads one JSON value and leaves the reader after it. */
    interface JsonBody<T> {
        T read(JsonReader json) throws IOException;
    }

    String name() {
        return path.toString();
    }

    /** Returns the whole text, which must be UTF-8. */
    String text() throws TokenizerFileException {
        byte[] content = bytes();
        String text = new String(content, StandardCharsets.UTF_8);
        if (text.indexOf(REPLACEMENT) >= 0) {
            checkUtf8(ByteBuffer.wrap(content));
        }
        return text;
    }

    /** Java replaces bad bytes silently, many times as fast as its strict decoder tells of them. */
    private void checkUtf8(ByteBuffer bytes) throws TokenizerFileException {
        CharBuffer chars = CharBuffer.allocate(bytes.remaining());
        CharsetDecoder decoder = StandardCharsets.UTF_8.newDecoder();
        CoderResult result = decoder.decode(bytes, chars, true);
        if (result.isError()) {
            throw refused(
                    "byte " + bytes.position(),
                    "UTF-8",
                    "byte 0x%02X".formatted(bytes.get(bytes.position()) & 0xFF),
                    null);
        }
    }

    /** Reads the file as exactly one JSON value. */
    <T> T json(JsonBody<T> body) throws TokenizerFileException {
        JsonReader json = new JsonReader(new StringReader(text()));
        json.setStrictness(Strictness.STRICT);
        try {
            if (json.peek() != JsonToken.BEGIN_OBJECT) {
                throw refused("start", "a JSON object", json.peek().toString(), null);
            }
            T value = body.read(json);
            if (json.peek() != JsonToken.END_DOCUMENT) {
                throw refused("end", "nothing after the object", json.peek().toString(), null);
            }
            return value;
        } catch (TokenizerFileException e) {
            throw e;
        } catch (IOException | IllegalStateException e) {
            // gson: malformed or cut-off JSON, nesting past its limit, or another type than asked.
            String reason = String.valueOf(e.getMessage()).lines().findFirst().orElse("");
            throw refused(VocabularyReader.place(json), "well-formed JSON", reason, e);
        }
    }

    private byte[] bytes() throws TokenizerFileException {
        if (!Files.exists(path)) {
            throw refused("path", "a file", "nothing there", null);
        }
        if (!Files.isRegularFile(path)) {
            throw refused("path", "a file", "a folder or a device", null);
        }
        try {
            long size = Files.size(path);
            if (size == 0 || size > MAX_BYTES) {
                throw refused("size", "1 to %d bytes".formatted(MAX_BYTES), size + " bytes", null);
            }
            return Files.readAllBytes(path);
        } catch (TokenizerFileException e) {
            throw e;
        } catch (IOException e) {
            throw refused("path", "a readable file", e.toString(), e);
        }
    }

    private TokenizerFileException refused(
            String where, String expected, String found, @Nullable Throwable cause) {
        return new TokenizerFileException(name(), where, expected, found, FETCH_AGAIN, cause);
    }
}
