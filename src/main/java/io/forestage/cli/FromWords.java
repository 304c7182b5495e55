package io.forestage.cli;

import io.forestage.cli.console.PrintableText;
import io.forestage.cli.console.ResultFormat;
import io.forestage.support.Quoted;
import io.forestage.weights.StoredType;
import io.forestage.words.WordsImport;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** The options of an import from a file of word vectors. */
final class FromWords {

    @Option(
            names = "--from-words",
            paramLabel = "FILE",
            description =
                    "In place of SOURCE: a file of word vectors (word2vec, GloVe, fastText's .vec)."
                            + " A word that is one token of GPT-2, with a space before it, gives"
                            + " the token its vector; the other rows are random and recorded as"
                            + " not trained.")
    private @Nullable Path file;

    @Option(
            names = "--positions",
            paramLabel = "N",
            description =
                    "With --from-words: the number of random learned positions. Default: 0, a"
                            + " model without positions.")
    private int positions;

    @Option(
            names = "--seed",
            paramLabel = "N",
            description = "With --from-words: the seed of the random rows. Default: 0.")
    private int seed;

    boolean isGiven() {
        return file != null;
    }

    /** Returns whether an option is given that only --from-words has a use for. */
    boolean hasOthers() {
        return positions != 0 || seed != 0;
    }

    void run(Path model, boolean force, StoredType type, ResultFormat format, PrintWriter out)
            throws IOException {
        if (file == null) {
            throw new IllegalStateException("--from-words was not given");
        }
        WordsImport.Report report =
                new WordsImport(file, model)
                        .run(new WordsImport.Options(force, type, positions, seed));
        if (format.isJson()) {
            out.println(PrintableText.json(json(report)));
            return;
        }
        out.printf(
                Locale.ROOT,
                "taken     %d of %d words, as rows of %d values of %d tokens%n",
                report.taken(),
                report.words(),
                report.width(),
                report.tokens());
        if (report.spelledAsTokens()) {
            out.println("spelling  words are GPT-2's tokens as its vocabulary spells them");
        }
        if (report.repeated() > 0) {
            out.printf("left out  %d words that came again%n", report.repeated());
        }
        out.printf(
                "random    %d rows, recorded as not trained%n", report.tokens() - report.taken());
        out.printf("wrote     %s%n", Quoted.whole(report.target().toString()));
    }

    private static Map<String, Object> json(WordsImport.Report report) {
        Map<String, Object> json = new LinkedHashMap<>();
        json.put("model", report.target().toString());
        json.put("words", report.words());
        json.put("repeated", report.repeated());
        json.put("taken", report.taken());
        json.put("spelled_as_tokens", report.spelledAsTokens());
        json.put("tokens", report.tokens());
        json.put("width", report.width());
        return json;
    }
}
