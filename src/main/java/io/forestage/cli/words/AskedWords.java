package io.forestage.cli.words;

import io.forestage.words.Word;
import io.forestage.words.WordSum;
import io.forestage.words.WordVectors;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** The words that a command is asked about: words, ids and pieces. */
public final class AskedWords {

    @Option(
            names = "--id",
            paramLabel = "ID",
            description =
                    "A token's id; with --vectors, a word's number in the file, from 0. May be"
                            + " repeated.")
    private List<Long> ids = new ArrayList<>();

    @Option(
            names = "--piece",
            paramLabel = "TEXT",
            description =
                    "A text as it is, without a space before it, such as ing. May be repeated.")
    private List<String> pieces = new ArrayList<>();

    @Parameters(
            paramLabel = "WORD",
            arity = "0..*",
            description = "A word, read with a space before it, as inside a sentence.")
    private List<String> words = new ArrayList<>();

    /** Returns each word, id and piece by itself. */
    public List<Word> each(WordVectors vectors) {
        List<Word> all = new ArrayList<>();
        words.forEach(word -> all.add(vectors.word(word)));
        all.addAll(others(vectors));
        return all;
    }

    /** Returns the sum of the words, to which ids and pieces are added. */
    WordSum sum(WordVectors vectors) throws IOException {
        List<Word> others = others(vectors);
        Signs signs = Signs.parse(words, !others.isEmpty());
        List<Word> plus = new ArrayList<>(signs.plus().stream().map(vectors::word).toList());
        plus.addAll(others);
        return new WordSum(plus, signs.minus().stream().map(vectors::word).toList());
    }

    private List<Word> others(WordVectors vectors) {
        List<Word> all = new ArrayList<>();
        ids.forEach(id -> all.add(vectors.id(id)));
        pieces.forEach(piece -> all.add(vectors.piece(piece)));
        return all;
    }

    /** Words with + and − between them. */
    record Signs(List<String> plus, List<String> minus) {

        /** Parses the arguments; without other summands, one must be added. */
        static Signs parse(List<String> arguments, boolean hasOthers) throws IOException {
            List<String> plus = new ArrayList<>();
            List<String> minus = new ArrayList<>();
            @Nullable String sign = null;
            String text = String.join(" ", arguments).trim();
            for (String word : text.isEmpty() ? new String[0] : text.split("\\s+", -1)) {
                boolean isSign = word.equals("+") || word.equals("-");
                if (isSign && sign != null) {
                    throw expected("a word after " + sign, word);
                }
                if (!isSign) {
                    ("-".equals(sign) ? minus : plus).add(word);
                }
                sign = isSign ? word : null;
            }
            if (sign != null) {
                throw expected("a word after " + sign, "none");
            }
            if (plus.isEmpty() && !hasOthers) {
                throw expected("a word to add", "none");
            }
            return new Signs(plus, minus);
        }

        private static IOException expected(String expected, String found) {
            return new IOException(
                    "WORD: expected %s, found %s; write, for example: king - man + woman"
                            .formatted(expected, found));
        }
    }
}
