package io.forestage.tokens;

import io.forestage.support.Quoted;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;

/** Reads vocab.json and merges.txt, the form in which GPT-2 was first on the hub. */
final class BpeFiles {

    private static final String REMEDY = "take vocab.json and merges.txt from the same model";

    private final TokenizerFile vocab;
    private final TokenizerFile merges;

    BpeFiles(TokenizerFile vocab, TokenizerFile merges) {
        this.vocab = vocab;
        this.merges = merges;
    }

    ByteLevelBpe read() throws TokenizerFileException {
        VocabularyReader vocabulary =
                vocab.json(
                        json -> {
                            VocabularyReader reader = new VocabularyReader(vocab.name());
                            reader.readObject(json, (token, id) -> {});
                            return reader;
                        });
        if (vocabulary.ids().isEmpty()) {
            throw new TokenizerFileException(
                    vocab.name(), "whole file", "at least one token", "none", REMEDY);
        }
        return new ByteLevelBpe(vocab.name(), vocabulary.tokens(), readMerges(vocabulary.ids()));
    }

    private BpeMerges readMerges(Map<String, Integer> ids) throws TokenizerFileException {
        String[] lines = merges.text().split("\n", -1);
        BpeMerges pairs = new BpeMerges(lines.length);
        Set<String> seen = new HashSet<>(lines.length * 2);
        for (int i = 0; i < lines.length; i++) {
            String line = lines[i].endsWith("\r") ? chop(lines[i]) : lines[i];
            boolean version = i == 0 && line.startsWith("#version");
            boolean end = i == lines.length - 1 && line.isEmpty();
            if (version || end) {
                continue;
            }
            if (!seen.add(line)) {
                throw refused(i + 1, "each merge once", Quoted.of(line) + " again");
            }
            addMerge(line, i + 1, ids, pairs);
        }
        return pairs;
    }

    private void addMerge(String line, int number, Map<String, Integer> ids, BpeMerges pairs)
            throws TokenizerFileException {
        int space = line.indexOf(' ');
        if (space <= 0 || space == line.length() - 1 || line.indexOf(' ', space + 1) >= 0) {
            throw refused(number, "two tokens with a space between", Quoted.of(line));
        }
        String left = line.substring(0, space);
        String right = line.substring(space + 1);
        pairs.add(
                id(left, number, ids), id(right, number, ids), id(left.concat(right), number, ids));
    }

    private int id(String token, int number, Map<String, Integer> ids)
            throws TokenizerFileException {
        Integer id = ids.get(token);
        if (id == null) {
            throw refused(
                    number,
                    "tokens of the vocabulary",
                    "%s, which is not in %s".formatted(Quoted.of(token), vocab.name()));
        }
        return id;
    }

    private static String chop(String line) {
        return line.substring(0, line.length() - 1);
    }

    private TokenizerFileException refused(int line, String expected, String found) {
        return new TokenizerFileException(merges.name(), "line " + line, expected, found, REMEDY);
    }
}
