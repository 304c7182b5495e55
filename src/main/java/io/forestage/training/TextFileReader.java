package io.forestage.training;

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
import java.security.DigestInputStream;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.function.Function;

/** Reads a file of UTF-8 through once, and takes its checksum on the way. */
final class TextFileReader {

    private final Function<Reader, TextPieces> cut;

    TextFileReader(Function<Reader, TextPieces> cut) {
        this.cut = cut;
    }

    /** What is done with a file's pieces, in their order. */
    @FunctionalInterface
    interface Use {
        void piece(String text, int line) throws IOException;
    }

    TextFile read(Path file, Use use) throws IOException {
        if (!Files.exists(file)) {
            throw new NoSuchFileException(file.toString());
        }
        if (Files.isDirectory(file)) {
            throw new IOException(file + ": expected a text file, found a folder");
        }
        MessageDigest digest = sha256();
        try (InputStream in = new DigestInputStream(Files.newInputStream(file), digest);
                BufferedReader reader =
                        new BufferedReader(
                                new InputStreamReader(in, StandardCharsets.UTF_8.newDecoder()))) {
            readAll(file, cut.apply(reader), use);
        }
        return new TextFile(
                String.valueOf(file.getFileName()),
                Files.size(file),
                HexFormat.of().formatHex(digest.digest()));
    }

    private static void readAll(Path file, TextPieces pieces, Use use) throws IOException {
        try {
            for (String next = pieces.next(); next != null; next = pieces.next()) {
                use.piece(next, pieces.line());
            }
        } catch (CharacterCodingException e) {
            throw new IOException(
                    "%s: expected UTF-8, found other bytes in or soon after line %d; convert it first"
                            .formatted(file, pieces.line()),
                    e);
        }
    }

    private static MessageDigest sha256() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java platform has SHA-256", e);
        }
    }
}
