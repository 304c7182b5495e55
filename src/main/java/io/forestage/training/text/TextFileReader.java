package io.forestage.training.text;

import io.forestage.support.Digest;
import io.forestage.support.FailureReason;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.Reader;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** Reads a UTF-8 file once, and computes its checksum meanwhile. */
public final class TextFileReader {

    private final Function<Reader, TextCut.TextPieces> cut;

    TextFileReader(Function<Reader, TextCut.TextPieces> cut) {
        this.cut = cut;
    }

    /** Receives a file's pieces, in order. */
    @FunctionalInterface
    interface PieceConsumer {
        void accept(String text, int line) throws IOException;
    }

    TextFile read(Path file, PieceConsumer consumer) throws IOException {
        if (!Files.exists(file)) {
            throw new NoSuchFileException(file.toString());
        }
        if (Files.isDirectory(file)) {
            throw new IOException(
                    "%s: expected a text file, found a folder; name a file".formatted(file));
        }
        Digest checksum = Digest.sha256();
        try (InputStream in = checksum.follow(Files.newInputStream(file));
                BufferedReader reader =
                        new BufferedReader(
                                new InputStreamReader(in, StandardCharsets.UTF_8.newDecoder()))) {
            readAll(file, cut.apply(reader), consumer);
        }
        return new TextFile(String.valueOf(file.getFileName()), Files.size(file), checksum.hex());
    }

    private static void readAll(Path file, TextCut.TextPieces pieces, PieceConsumer consumer)
            throws IOException {
        for (String next = next(file, pieces); next != null; next = next(file, pieces)) {
            consumer.accept(next, pieces.line());
        }
    }

    private static @Nullable String next(Path file, TextCut.TextPieces pieces) throws IOException {
        try {
            return pieces.next();
        } catch (CharacterCodingException e) {
            throw new IOException(
                    "%s: expected UTF-8, found other bytes in or soon after line %d; convert the file to UTF-8"
                            .formatted(file, pieces.line()),
                    e);
        } catch (IOException e) {
            // The operating system's message, such as "Input/output error", names no file.
            throw new IOException(
                    "%s: expected a file that can be read, found %s in or soon after line %d; check the disk"
                            .formatted(file, FailureReason.of(e), pieces.line()),
                    e);
        }
    }

    /**
     * A text file that was read.
     *
     * @param name its name without folders
     * @param bytes its size in bytes
     * @param sha256 its SHA-256 in hexadecimal
     */
    public record TextFile(String name, long bytes, String sha256) {}
}
