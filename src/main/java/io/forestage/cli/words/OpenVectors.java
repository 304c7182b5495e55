package io.forestage.cli.words;

import io.forestage.InputStage;
import io.forestage.cli.console.PrintableText;
import io.forestage.words.Word;
import io.forestage.words.WordVectors;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * The open words of a command.
 *
 * @param vectors the words
 * @param stage their model; null for a file
 */
public record OpenVectors(WordVectors vectors, @Nullable InputStage stage)
        implements AutoCloseable {

    /** What a row is called in a table's header. */
    String kind() {
        return stage == null ? "word" : "token";
    }

    /** Returns a row's text in quotes. */
    String label(int row) {
        return stage == null
                ? PrintableText.quoted(vectors.text(row))
                : PrintableText.of(stage.tokenizer(), row);
    }

    /** Returns a row for JSON: its number, a token as the vocabulary spells it, and its text. */
    Map<String, Object> json(int row) {
        Map<String, Object> json = new LinkedHashMap<>();
        json.put("id", row);
        if (stage != null && row < stage.tokenizer().vocabularySize()) {
            json.put("token", stage.tokenizer().idToToken(row));
        }
        json.put("text", vectors.text(row));
        return json;
    }

    /** Returns a word for JSON, with its rows. */
    Map<String, Object> json(Word word) {
        Map<String, Object> json = new LinkedHashMap<>();
        json.put("word", word.text());
        json.put("rows", word.rows().stream().map(this::json).toList());
        json.put("mean", word.isMean());
        return json;
    }

    /** Returns the remark on a word of several tokens. */
    public String meanOf(Word word) {
        return "%s is %d tokens, %s; its vector is their mean"
                .formatted(
                        PrintableText.quoted(word.text()),
                        word.rows().size(),
                        word.rows().stream().map(this::label).collect(Collectors.joining(" ")));
    }

    /** Returns the words that are means, each once. */
    public static List<Word> means(List<Word> words) {
        return words.stream().filter(Word::isMean).distinct().toList();
    }

    @Override
    public void close() {
        vectors.close();
        if (stage != null) {
            stage.close();
        }
    }
}
