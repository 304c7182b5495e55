package io.forestage.cli;

import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharsetDecoder;
import java.nio.charset.CoderResult;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;

/** Reads a whole text of UTF-8, and refuses other bytes instead of replacing them. */
final class Utf8Text {

    /** A source without end, such as a device, would otherwise fill the memory first. */
    private static final int MOST_BYTES = 500_000_000;

    private Utf8Text() {}

    static String ofFile(Path file) throws IOException {
        if (Files.isDirectory(file)) {
            throw new IOException(file + ": expected a text file, found a folder");
        }
        try (InputStream in = Files.newInputStream(file)) {
            return read(file.toString(), in);
        }
    }

    static String ofStandardInput() throws IOException {
        return read("standard input", System.in);
    }

    private static String read(String name, InputStream in) throws IOException {
        byte[] bytes = in.readNBytes(MOST_BYTES);
        if (bytes.length == MOST_BYTES) {
            throw new IOException(
                    "%s: expected less than %s of text; cut it into several"
                            .formatted(name, ByteCount.of(MOST_BYTES)));
        }
        return decode(name, bytes);
    }

    private static String decode(String name, byte[] bytes) throws IOException {
        CharsetDecoder decoder = StandardCharsets.UTF_8.newDecoder();
        ByteBuffer in = ByteBuffer.wrap(bytes);
        CharBuffer out = CharBuffer.allocate(bytes.length);
        CoderResult result = decoder.decode(in, out, true);
        if (result.isError()) {
            throw new IOException(
                    "%s: expected UTF-8, found byte 0x%02X at offset %d that is not; convert it first"
                            .formatted(name, bytes[in.position()], in.position()));
        }
        return out.flip().toString();
    }
}
