package io.forestage.cli;

import io.forestage.tokens.TokenSequence;
import java.io.PrintWriter;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/** Prints a text's tokens in one of the formats. */
final class TokenPrinter {

    private final PrintWriter out;

    TokenPrinter(PrintWriter out) {
        this.out = out;
    }

    void print(TokenFormat format, String text, TokenSequence tokens) {
        switch (format) {
            case TABLE -> printTable(text, tokens);
            case IDS ->
                    out.println(
                            Arrays.stream(tokens.ids())
                                    .mapToObj(Long::toString)
                                    .collect(Collectors.joining(" ")));
            case JSON -> out.println(JsonLine.of(json(tokens)));
        }
    }

    private void printTable(String text, TokenSequence tokens) {
        TextTable table =
                new TextTable(
                        List.of(
                                TextTable.Align.RIGHT,
                                TextTable.Align.LEFT,
                                TextTable.Align.RIGHT,
                                TextTable.Align.RIGHT),
                        List.of("id", "token", "start", "end"));
        long[] ids = tokens.ids();
        for (int i = 0; i < ids.length; i++) {
            table.add(
                    List.of(
                            Long.toString(ids[i]),
                            TokenText.of(text, tokens, i),
                            Integer.toString(tokens.start(i)),
                            Integer.toString(tokens.end(i))));
        }
        table.print(out);
    }

    private static Map<String, Object> json(TokenSequence tokens) {
        Map<String, Object> line = new LinkedHashMap<>();
        line.put("ids", tokens.ids());
        line.put("tokens", tokens.tokens());
        line.put(
                "offsets",
                IntStream.range(0, tokens.size())
                        .mapToObj(i -> new int[] {tokens.start(i), tokens.end(i)})
                        .toList());
        return line;
    }
}
