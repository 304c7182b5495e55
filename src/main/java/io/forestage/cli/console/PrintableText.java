package io.forestage.cli.console;

import com.google.gson.Gson;
import com.google.gson.GsonBuilder;
import io.forestage.support.Quoted;
import io.forestage.tokens.TextTokenizer;
import io.forestage.tokens.TokenSequence;

/** Makes text safe to print: tokens in quotes, and results as JSON. */
public final class PrintableText {

    private static final Gson GSON = new GsonBuilder().disableHtmlEscaping().create();

    private PrintableText() {}

    /** Returns the text of token {@code i}; for a part of a character, the whole character. */
    public static String of(String text, TokenSequence tokens, int i) {
        return quoted(text.substring(tokens.start(i), tokens.end(i)));
    }

    /** Returns the text of a token; for a part of a character, its byte-level spelling. */
    public static String of(TextTokenizer tokenizer, long id) {
        if (id >= tokenizer.vocabularySize()) {
            return ""; // a row of the table for which there is no token
        }
        String text = tokenizer.decode(id);
        return text.indexOf('\uFFFD') < 0 ? quoted(text) : Quoted.whole(tokenizer.idToToken(id));
    }

    /** Quotes a text; quotes and control characters are escaped as in Java. */
    public static String quoted(String text) {
        return '"' + Quoted.whole(text).replace("\"", "\\\"") + '"';
    }

    /** Returns a text of several lines; control characters other than line breaks are escaped. */
    public static String lines(String text) {
        StringBuilder lines = new StringBuilder(text.length());
        text.codePoints()
                .forEach(
                        c -> {
                            if (c == '\n' || c == '\t' || Quoted.isHarmless(c)) {
                                lines.appendCodePoint(c);
                            } else {
                                lines.append(Quoted.whole(Character.toString(c)));
                            }
                        });
        return lines.toString();
    }

    /**
     * Returns a result as one line of JSON. Characters that control a terminal or are invisible are
     * escaped: the line is safe to print, and a program reads the same strings from it.
     */
    public static String json(Object value) {
        String json = GSON.toJson(value);
        StringBuilder line = new StringBuilder(json.length());
        // Outside strings, gson writes only ASCII.
        json.codePoints()
                .forEach(
                        c -> {
                            if (Quoted.isHarmless(c)) {
                                line.appendCodePoint(c);
                            } else {
                                for (char unit : Character.toChars(c)) {
                                    line.append("\\u%04x".formatted((int) unit));
                                }
                            }
                        });
        return line.toString();
    }
}
