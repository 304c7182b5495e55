package io.forestage.cli.plot;

import io.forestage.cli.words.OpenVectors;
import io.forestage.support.Quoted;
import io.forestage.words.Word;
import java.util.List;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;

/** The words of a picture. */
final class PlottedWords {

    /** More do not fit into a picture. */
    private static final int MOST = 200;

    private PlottedWords() {}

    static List<Word> atLeast(int count, List<Word> words, CommandSpec spec) {
        if (words.size() < count || words.size() > MOST) {
            throw new ParameterException(
                    spec.commandLine(),
                    "WORD: expected %d to %d words, found %d; name others"
                            .formatted(count, MOST, words.size()));
        }
        return words;
    }

    /** Returns the words' texts, without control characters. */
    static List<String> labels(List<Word> words) {
        return words.stream().map(word -> Quoted.line(word.text())).toList();
    }

    /** Says which words are means of several tokens. */
    static void printMeans(OpenVectors open, List<Word> words, CommandSpec spec) {
        OpenVectors.means(words)
                .forEach(word -> spec.commandLine().getErr().println(open.meanOf(word)));
    }
}
