package io.forestage.cli;

import io.forestage.tokens.TokenSequence;

/** A token as a person reads it: the piece of text it stands for, in quotes. */
final class TokenText {

    private TokenText() {}

    /** The characters that token {@code i} comes from; a part of one shows the whole. */
    static String of(String text, TokenSequence tokens, int i) {
        return quoted(text.substring(tokens.start(i), tokens.end(i)));
    }

    /** Quotes a text, with quotes and what a terminal would obey escaped as Java does. */
    static String quoted(String text) {
        return '"' + Printable.escape(text).replace("\"", "\\\"") + '"';
    }
}
