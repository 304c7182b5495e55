package io.forestage.tokens.files;

import io.forestage.support.HeapBudget;
import io.forestage.support.JsonException;
import io.forestage.support.StrictJson;
import io.forestage.tokens.TokenizerFileException;
import java.io.IOException;
import java.io.InputStream;
import java.io.StringReader;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharsetDecoder;
import java.nio.charset.CoderResult;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * A tokenizer's file: reads its text or its JSON, strictly; errors have the position.
 *
 * @param path the file
 * @param content its content, if that was made from another file; null to read the file
 */
@SuppressWarnings("ArrayRecordComponent") // Never compared.
public record TokenizerFile(Path path, byte @Nullable [] content) {

    /**
     * The largest published tokenizer.json, Gemma 3's, has half of this size. The native library
     * needs up to forty times a file's size.
     */
    private static final int MAX_BYTES = 64 << 20;

    /** A file may have this part of the heap: it is held as bytes, text and JSON, two at a time. */
    private static final int PARTS_OF_HEAP = 10;

    /** An embedding table with this number of rows of 768 floats needs 51 GB. */
    private static final int MAX_ID = (1 << 24) - 1;

    /** The maximum id in a small file, which may have gaps between its ids. */
    private static final int MAX_ID_WITH_GAPS = (1 << 20) - 1;

    /** The minimum size of an entry with token, id and punctuation, in a file without gaps. */
    private static final int MIN_BYTES_PER_TOKEN = 8;

    private static final String LFS_POINTER = "version https://git-lfs";

    private static final char REPLACEMENT = 0xFFFD;

    private static final String FETCH_AGAIN = "fetch the tokenizer's files again";

    /** No object but a vocabulary has this many names. */
    private static final int MAX_NAMES = 64;

    /** Reads one JSON object and leaves the reader after it. */
    interface JsonBody<T> {
        T read(StrictJson json) throws IOException;
    }

    /** Names a file that is read when it is asked for. */
    public TokenizerFile(Path path) {
        this(path, null);
    }

    String name() {
        return path.toString();
    }

    /** Returns the maximum id of a vocabulary in the file; ids without a token need memory too. */
    int maxId() {
        long size;
        try {
            size = content == null ? Files.size(path) : content.length;
        } catch (IOException e) {
            size = 0; // The same error occurs when the file is read, and is reported there.
        }
        return (int) Math.min(MAX_ID, Math.max(MAX_ID_WITH_GAPS, size / MIN_BYTES_PER_TOKEN));
    }

    /** Returns an error for a file that needs more memory than the heap has. */
    TokenizerFileException tooLarge(String what) {
        return new TokenizerFileException(
                name(),
                "size",
                "%s that fit %s".formatted(what, HeapBudget.heap()),
                "more",
                HeapBudget.REMEDY);
    }

    /** Reads the whole text; throws if it is not UTF-8. */
    String text() throws TokenizerFileException {
        byte[] all = bytes();
        String text = new String(all, StandardCharsets.UTF_8);
        if (text.startsWith(LFS_POINTER)) {
            throw new TokenizerFileException(
                    name(),
                    "line 1",
                    "the file itself",
                    "a Git LFS pointer to it",
                    "run git lfs pull in its repository, or download the file");
        }
        if (text.indexOf(REPLACEMENT) >= 0) {
            checkUtf8(ByteBuffer.wrap(all));
        }
        return text;
    }

    /** Finds the invalid byte with a strict decoder, which is much slower than the lenient one. */
    private void checkUtf8(ByteBuffer bytes) throws TokenizerFileException {
        CharBuffer chars = CharBuffer.allocate(bytes.remaining());
        CharsetDecoder decoder = StandardCharsets.UTF_8.newDecoder();
        CoderResult result = decoder.decode(bytes, chars, true);
        if (result.isError()) {
            throw refused(
                    "byte %d".formatted(bytes.position()),
                    "UTF-8",
                    "byte 0x%02X".formatted(bytes.get(bytes.position()) & 0xFF),
                    null);
        }
    }

    /** Reads the file as exactly one JSON object. */
    <T> T json(JsonBody<T> body) throws TokenizerFileException {
        StrictJson json = new StrictJson(new StringReader(text()), MAX_NAMES);
        try {
            return json.document(() -> body.read(json));
        } catch (TokenizerFileException alreadyClear) {
            throw alreadyClear;
        } catch (JsonException e) {
            throw new TokenizerFileException(
                    name(),
                    e.place(),
                    e.expected(),
                    e.found(),
                    e.remedyOr(FETCH_AGAIN + " or repair this file"),
                    e);
        } catch (IOException impossible) {
            throw new UncheckedIOException(impossible); // Text and copy are in memory.
        }
    }

    /** Makes an error for a setting that may be valid but is not allowed. */
    TokenizerFileException notAllowed(String path, String expected, String found) {
        return new TokenizerFileException(
                name(),
                path,
                expected,
                found,
                "with other kinds the native library can end the process or run forever; use"
                        + " a tokenizer.json of GPT-2's kind");
    }

    /** Reads a regular file only: a pipe could block forever, and a device might never end. */
    private byte[] bytes() throws TokenizerFileException {
        if (content != null) {
            return content;
        }
        if (Files.notExists(path)) {
            boolean link = Files.isSymbolicLink(path);
            throw refused("path", "a file", link ? brokenLink() : "no such file", null);
        }
        if (!Files.isRegularFile(path)) {
            throw refused("path", "a file", "a folder, a pipe or a device", null);
        }
        try (InputStream in = Files.newInputStream(path)) {
            // A file's size may be unknown or change while it is read.
            long size = Files.size(path);
            if (size <= MAX_BYTES && size > HeapBudget.share(PARTS_OF_HEAP)) {
                throw tooLarge("%d bytes".formatted(size));
            }
            byte[] all = size > MAX_BYTES ? new byte[0] : in.readNBytes(MAX_BYTES + 1);
            if (all.length == 0 || all.length > MAX_BYTES) {
                String found = all.length == 0 ? "%d bytes".formatted(size) : "more";
                throw refused("size", "1 to %d bytes".formatted(MAX_BYTES), found, null);
            }
            return all;
        } catch (TokenizerFileException e) {
            throw e;
        } catch (IOException e) {
            throw refused("path", "a readable file", e.toString(), e);
        }
    }

    private String brokenLink() {
        try {
            return "a broken symbolic link to %s".formatted(Files.readSymbolicLink(path));
        } catch (IOException e) {
            return "a symbolic link that cannot be followed";
        }
    }

    private TokenizerFileException refused(
            String where, String expected, String found, @Nullable Throwable cause) {
        return new TokenizerFileException(name(), where, expected, found, FETCH_AGAIN, cause);
    }
}
