package io.forestage.training;

import io.forestage.support.Quoted;
import java.io.IOException;
import java.nio.charset.CharacterCodingException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * Pairs of words that people have rated by how similar they are.
 *
 * @param pairs the pairs
 */
record WordPairs(List<Pair> pairs) {

    /** Reads a file with two words and a score a line, tabs or spaces between them. */
    static WordPairs read(Path file) throws IOException {
        List<Pair> pairs = new ArrayList<>();
        int line = 0;
        try {
            for (String text : Files.readAllLines(file)) {
                line++;
                if (!text.isBlank()) {
                    pairs.add(parse(text.strip().split("\\s+")));
                }
            }
        } catch (CharacterCodingException e) {
            throw new IOException(
                    file + ": expected UTF-8, found other bytes; convert it first", e);
        } catch (IllegalArgumentException e) {
            throw new IOException(
                    "%s: line %d: expected two words and a score, found %s; remove the line"
                            .formatted(file, line, Quoted.cut(String.valueOf(e.getMessage()))),
                    e);
        }
        return new WordPairs(pairs);
    }

    private static Pair parse(String[] fields) {
        if (fields.length != 3) {
            throw new IllegalArgumentException(fields.length + " fields");
        }
        double score = Double.parseDouble(fields[2]);
        if (!Double.isFinite(score)) {
            throw new IllegalArgumentException("the score " + fields[2]);
        }
        return new Pair(fields[0], fields[1], score);
    }

    /** Two words and how similar they are. */
    record Pair(String one, String other, double score) {}
}
