package io.forestage.cli;

import io.forestage.support.Quoted;
import io.forestage.tokens.TextTokenizer;
import io.forestage.tokens.TokenSequence;

/** A token as a person reads it: the piece of text it stands for, in quotes. */
final class TokenText {

    private TokenText() {}

    /** The characters that token {@code i} comes from; a part of one shows the whole. */
    static String of(String text, TokenSequence tokens, int i) {
        return quoted(text.substring(tokens.start(i), tokens.end(i)));
    }

    /** The text of a token; of one that is a part of a character, its byte-level spelling. */
    static String of(TextTokenizer tokenizer, long id) {
        String text = tokenizer.decode(id);
        return text.indexOf('\uFFFD') < 0 ? quoted(text) : Quoted.whole(tokenizer.idToToken(id));
    }

    /** Quotes a text, with quotes and what a terminal would obey escaped as Java does. */
    static String quoted(String text) {
        return '"' + Quoted.whole(text).replace("\"", "\\\"") + '"';
    }
}
