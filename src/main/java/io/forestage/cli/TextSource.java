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
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** The texts that a command works on: words of the command line, a file, standard input. */
final class TextSource {

    /** A source without end, such as a device, would otherwise fill the memory first. */
    private static final int MOST_BYTES = 500_000_000;

    @Option(
            names = "--file",
            paramLabel = "PATH",
            description = "A UTF-8 file as one text, its line breaks included.")
    private @Nullable Path file;

    @Parameters(
            paramLabel = "TEXT",
            arity = "0..*",
            description = "Texts; a lone - reads one text from standard input.")
    private List<String> texts = new ArrayList<>();

    boolean isEmpty() {
        return file == null && texts.isEmpty();
    }

    List<String> read() throws IOException {
        List<String> all = new ArrayList<>();
        if (file != null) {
            all.add(readFile(file));
        }
        if (texts.equals(List.of("-"))) {
            all.add(decode("standard input", bytes("standard input", System.in)));
        } else {
            all.addAll(texts);
        }
        return all;
    }

    private static String readFile(Path file) throws IOException {
        if (Files.isDirectory(file)) {
            throw new IOException(file + ": expected a text file, found a folder");
        }
        try (InputStream in = Files.newInputStream(file)) {
            return decode(file.toString(), bytes(file.toString(), in));
        }
    }

    private static byte[] bytes(String name, InputStream in) throws IOException {
        byte[] bytes = in.readNBytes(MOST_BYTES);
        if (bytes.length == MOST_BYTES) {
            throw new IOException(
                    "%s: expected less than %s of text; cut it into several"
                            .formatted(name, ByteCount.of(MOST_BYTES)));
        }
        return bytes;
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
