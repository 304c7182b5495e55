package io.forestage.words;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * Pairs of words that people have rated by how similar they are.
 *
 * @param pairs the pairs
 */
record WordPairs(List<Pair> pairs) {

    /** Two words and their similarity. */
    record Pair(String one, String other, double score) {}

    /** Reads a file with two words and a score per line, separated by tabs or spaces. */
    static WordPairs read(Path file) throws IOException {
        List<Pair> pairs = new ArrayList<>();
        QuestionLines.read(
                file, "two words and a score", line -> pairs.add(parse(line.split("\\s+"))));
        return new WordPairs(pairs);
    }

    private static Pair parse(String[] fields) {
        if (fields.length != 3) {
            throw new IllegalArgumentException("%d fields".formatted(fields.length));
        }
        return new Pair(fields[0], fields[1], score(fields[2]));
    }

    private static double score(String text) {
        double score;
        try {
            score = Double.parseDouble(text);
        } catch (NumberFormatException e) {
            throw new IllegalArgumentException("the score %s".formatted(text), e);
        }
        if (!Double.isFinite(score)) {
            throw new IllegalArgumentException("the score %s".formatted(text));
        }
        return score;
    }
}
