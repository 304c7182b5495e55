package io.forestage.training;

import io.forestage.tokens.SpecialTokens;
import io.forestage.tokens.TextTokenizer;
import io.forestage.tokens.TokenSequence;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.security.DigestInputStream;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;

/** Reads UTF-8 files and tokenizes them, some paragraphs at a time, on all cores. */
final class TextReader {

    /** A tokenizer's batch: large enough for all cores, small beside the ids. */
    private static final int BATCH = 1 << 19;

    private final TextTokenizer tokenizer;
    private final TokenList ids = new TokenList();
    private final List<String> batch = new ArrayList<>();
    private int batched;

    TextReader(TextTokenizer tokenizer) {
        this.tokenizer = tokenizer;
    }

    TrainingText read(List<Path> files) throws IOException {
        List<TrainingText.TextFile> read = new ArrayList<>();
        for (Path file : files) {
            read.add(read(file));
        }
        return new TrainingText(ids.toArray(), tokenizer.vocabularySize(), List.copyOf(read));
    }

    private TrainingText.TextFile read(Path file) throws IOException {
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
            ParagraphReader paragraphs = new ParagraphReader(reader);
            try {
                for (String next = paragraphs.next(); next != null; next = paragraphs.next()) {
                    add(next);
                }
            } catch (CharacterCodingException e) {
                throw new IOException(
                        "%s: expected UTF-8, found other bytes in or soon after line %d; convert it first"
                                .formatted(file, paragraphs.line()),
                        e);
            }
        }
        tokenize();
        return new TrainingText.TextFile(
                String.valueOf(file.getFileName()),
                Files.size(file),
                HexFormat.of().formatHex(digest.digest()));
    }

    private void add(String paragraph) {
        batch.add(paragraph);
        batched += paragraph.length();
        if (batched >= BATCH) {
            tokenize();
        }
    }

    private void tokenize() {
        for (TokenSequence paragraph : tokenizer.encodeAll(batch, SpecialTokens.AS_TEXT)) {
            for (long id : paragraph.ids()) {
                ids.add((int) id);
            }
            ids.add(TrainingText.BREAK);
        }
        batch.clear();
        batched = 0;
    }

    private static MessageDigest sha256() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java platform has SHA-256", e);
        }
    }
}
