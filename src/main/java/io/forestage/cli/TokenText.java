package io.forestage.cli;

import io.forestage.tokens.TokenSequence;

/** A token as a person reads it: the piece of text it stands for, in quotes. */
final class TokenText {

    private TokenText() {}

    /** The characters that token {@code i} comes from; a part of one shows the whole. */
    static String of(String text, TokenSequence tokens, int i) {
        return quoted(text.substring(tokens.start(i), tokens.end(i)));
    }

    /** Quotes a text, with control characters and quotes escaped as Java does. */
    static String quoted(String text) {
        StringBuilder quoted = new StringBuilder("\"");
        text.codePoints().forEach(point -> append(quoted, point));
        return quoted.append('"').toString();
    }

    private static void append(StringBuilder quoted, int point) {
        switch (point) {
            case '"' -> quoted.append("\\\"");
            case '\\' -> quoted.append("\\\\");
            case '\n' -> quoted.append("\\n");
            case '\r' -> quoted.append("\\r");
            case '\t' -> quoted.append("\\t");
            default -> {
                if (isPrintable(point)) {
                    quoted.appendCodePoint(point);
                } else {
                    quoted.append("\\u{").append(Integer.toHexString(point)).append('}');
                }
            }
        }
    }

    /** Everything but what moves the cursor or shows nothing at all. */
    private static boolean isPrintable(int point) {
        return switch (Character.getType(point)) {
            case Character.CONTROL,
                    Character.FORMAT,
                    Character.LINE_SEPARATOR,
                    Character.PARAGRAPH_SEPARATOR,
                    Character.SURROGATE,
                    Character.UNASSIGNED,
                    Character.PRIVATE_USE ->
                    false;
            default -> true;
        };
    }
}
