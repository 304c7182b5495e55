package io.forestage.cli.console;

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
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Reads the texts of a command. Bytes that are not UTF-8 are an error and not replaced. */
public final class TextInput {

    /** Without a limit, an endless source such as a device would fill the memory. */
    private static final int MAX_BYTES = 500_000_000;

    private TextInput() {}

    /** Splits the content of a file or of standard input into texts; each argument is one text. */
    private static List<String> read(
            @Nullable Path file, List<String> arguments, Function<String, List<String>> split)
            throws IOException {
        List<String> all = new ArrayList<>();
        if (file != null) {
            all.addAll(split.apply(ofFile(file)));
        }
        if (arguments.equals(List.of("-"))) {
            all.addAll(split.apply(ofStandardInput()));
        } else {
            all.addAll(arguments);
        }
        return all;
    }

    private static String ofFile(Path file) throws IOException {
        if (Files.isDirectory(file)) {
            throw new IOException(file + ": expected a text file, found a folder");
        }
        try (InputStream in = Files.newInputStream(file)) {
            return text(file.toString(), in);
        }
    }

    private static String ofStandardInput() throws IOException {
        return text("standard input", System.in);
    }

    private static String text(String name, InputStream in) throws IOException {
        byte[] bytes = in.readNBytes(MAX_BYTES);
        if (bytes.length == MAX_BYTES) {
            throw new IOException(
                    "%s: expected less than %s of text, found more; split it"
                            .formatted(name, ByteCount.of(MAX_BYTES)));
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
                    "%s: expected UTF-8, found byte 0x%02X at offset %d; convert the text to UTF-8"
                            .formatted(name, bytes[in.position()], in.position()));
        }
        return out.flip().toString();
    }

    /** Texts from the command line, a file or standard input, each as a whole. */
    public static final class Whole {

        @Option(
                names = "--file",
                paramLabel = "FILE",
                description = "A UTF-8 file, read as one text with its line breaks.")
        private @Nullable Path file;

        @Parameters(
                paramLabel = "TEXT",
                arity = "0..*",
                description = "Texts. A single - reads one text from standard input.")
        private List<String> texts = new ArrayList<>();

        public boolean isEmpty() {
            return file == null && texts.isEmpty();
        }

        public List<String> read() throws IOException {
            return TextInput.read(file, texts, List::of);
        }

        /** Returns the arguments as they are, for a command that reads them as names of files. */
        public List<String> arguments() {
            return List.copyOf(texts);
        }

        /** Returns the file, or null. */
        public @Nullable Path file() {
            return file;
        }

        /** Returns the name of a text in messages. */
        public String name(int text) {
            if (file != null && text == 0) {
                return file.toString();
            }
            return texts.equals(List.of("-"))
                    ? "standard input"
                    : "text %d".formatted(file == null ? text + 1 : text);
        }
    }

    /** Short texts from the command line, or the lines of a file or of standard input. */
    public static final class Lines {

        private static final String BYTE_ORDER_MARK = "\ufeff";

        @Option(
                names = "--file",
                paramLabel = "FILE",
                description = "A UTF-8 file with one text per line; blank lines are skipped.")
        private @Nullable Path file;

        @Parameters(
                paramLabel = "TEXT",
                arity = "0..*",
                description = "Texts. A single - reads standard input, one text per line.")
        private List<String> texts = new ArrayList<>();

        public boolean isEmpty() {
            return file == null && texts.isEmpty();
        }

        public List<String> read() throws IOException {
            return TextInput.read(file, texts, Lines::lines);
        }

        /** Splits by the same rules as the training, so that a line is the same text in both. */
        private static List<String> lines(String text) {
            String unmarked = text.startsWith(BYTE_ORDER_MARK) ? text.substring(1) : text;
            List<String> lines = new ArrayList<>();
            for (String line : unmarked.split("\r?\n|\r$", -1)) {
                if (!line.isBlank()) {
                    lines.add(line);
                }
            }
            return lines;
        }
    }
}
