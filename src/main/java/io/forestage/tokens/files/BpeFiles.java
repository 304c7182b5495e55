package io.forestage.tokens.files;

import io.forestage.support.HeapBudget;
import io.forestage.support.Quoted;
import io.forestage.tokens.TokenizerFileException;
import io.forestage.tokens.bpe.ByteLevelModel;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;

/** Reads vocab.json and merges.txt, GPT-2's first files on Hugging Face's hub. */
public final class BpeFiles {

    private static final String REMEDY = "take vocab.json and merges.txt from the same model";

    private static final String BYTE_ORDER_MARK = "\uFEFF";

    /** The memory of a merge: its line in a set, and its ids. */
    private static final int MERGE_BYTES = 140;

    private final TokenizerFile vocab;
    private final TokenizerFile merges;
    private final SideFiles settings;

    /** Makes a reader of a vocab.json and a merges.txt without files beside them. */
    public static BpeFiles alone(TokenizerFile vocab, TokenizerFile merges) {
        return new BpeFiles(vocab, merges, SideFiles.NONE);
    }

    /**
     * Makes a reader of a vocab.json and a merges.txt.
     *
     * @param vocab the file of tokens and ids
     * @param merges the file of merges
     * @param settings what the files beside them say
     */
    BpeFiles(TokenizerFile vocab, TokenizerFile merges, SideFiles settings) {
        this.vocab = vocab;
        this.merges = merges;
        this.settings = settings;
    }

    /** Reads both files. */
    public ByteLevelBpe read() throws TokenizerFileException {
        VocabularyReader vocabulary =
                vocab.json(
                        json -> {
                            VocabularyReader reader = new VocabularyReader(vocab);
                            reader.readObject(json, (token, id) -> {});
                            return reader;
                        });
        if (vocabulary.ids().isEmpty()) {
            throw new TokenizerFileException(
                    vocab.name(), "whole file", "at least one token", "none", REMEDY);
        }
        ByteLevelModel.Merges pairs = readMerges(vocabulary.ids());
        new ByteLevelCheck(vocab, merges, vocabulary.tokens(), pairs, settings.contents()).check();
        return ByteLevelBpe.of(vocab, vocabulary, pairs, settings);
    }

    private ByteLevelModel.Merges readMerges(Map<String, Integer> ids)
            throws TokenizerFileException {
        String text = merges.text();
        ByteLevelModel.Merges pairs = new ByteLevelModel.Merges(1 << 16);
        Set<String> seen = new HashSet<>(1 << 17);
        HeapBudget budget = HeapBudget.ofOneFile();
        int number = 0;
        // One line at a time: a file of only line breaks would become millions of strings.
        for (int start = text.startsWith(BYTE_ORDER_MARK) ? 1 : 0; start < text.length(); ) {
            int end = endOfLine(text, start);
            String line = text.substring(start, end);
            start = text.startsWith("\r\n", end) ? end + 2 : end + 1;
            number++;
            if (line.isBlank() || (number == 1 && line.startsWith("#version"))) {
                continue;
            }
            if (!seen.add(line)) {
                throw refused(number, "each merge once", "%s again".formatted(Quoted.of(line)));
            }
            if (!budget.take(line, MERGE_BYTES)) {
                throw merges.tooLarge("merges");
            }
            addMerge(line, number, ids, pairs);
        }
        return pairs;
    }

    private void addMerge(
            String line, int number, Map<String, Integer> ids, ByteLevelModel.Merges pairs)
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

    /** Returns the index of the next line break, which may be that of any system. */
    private static int endOfLine(String text, int from) {
        int end = from;
        while (end < text.length() && text.charAt(end) != '\n' && text.charAt(end) != '\r') {
            end++;
        }
        return end;
    }

    private TokenizerFileException refused(int line, String expected, String found) {
        return new TokenizerFileException(
                merges.name(), "line %d".formatted(line), expected, found, REMEDY);
    }
}
