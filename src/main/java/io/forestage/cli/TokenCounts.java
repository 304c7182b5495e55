package io.forestage.cli;

import io.forestage.cli.console.PrintableText;
import io.forestage.cli.console.ResultFormat;
import io.forestage.cli.console.TextTable;
import io.forestage.tokens.TokenSequence;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.StringTokenizer;

/**
 * How much text there is.
 *
 * @param characters Unicode's code points
 * @param bytes of UTF-8
 * @param words what white space separates
 */
record TokenCounts(long texts, long characters, long bytes, long words, long tokens) {

    static TokenCounts of(List<String> texts, List<TokenSequence> tokens) {
        long characters = 0;
        long bytes = 0;
        long words = 0;
        for (String text : texts) {
            characters += text.codePointCount(0, text.length());
            bytes += text.getBytes(StandardCharsets.UTF_8).length;
            words += new StringTokenizer(text).countTokens();
        }
        return new TokenCounts(
                texts.size(),
                characters,
                bytes,
                words,
                tokens.stream().mapToLong(TokenSequence::size).sum());
    }

    void print(boolean asJson, PrintWriter out) {
        if (asJson) {
            out.println(PrintableText.json(json()));
            return;
        }
        TextTable.Align right = TextTable.Align.RIGHT;
        TextTable table =
                new TextTable(
                        List.of(right, right, right, right, right, right, right),
                        List.of(
                                "texts",
                                "characters",
                                "bytes",
                                "words",
                                "tokens",
                                "tokens/word",
                                "bytes/token"));
        table.add(
                List.of(
                        Long.toString(texts),
                        Long.toString(characters),
                        Long.toString(bytes),
                        Long.toString(words),
                        Long.toString(tokens),
                        ratio(tokens, words),
                        ratio(bytes, tokens)));
        table.print(out);
    }

    private Map<String, Object> json() {
        Map<String, Object> json = new LinkedHashMap<>();
        json.put("texts", texts);
        json.put("characters", characters);
        json.put("bytes", bytes);
        json.put("words", words);
        json.put("tokens", tokens);
        json.put("tokens_per_word", ResultFormat.number((double) tokens / words));
        json.put("bytes_per_token", ResultFormat.number((double) bytes / tokens));
        return json;
    }

    private static String ratio(long part, long of) {
        return of == 0 ? "-" : String.format(Locale.ROOT, "%.2f", (double) part / of);
    }
}
