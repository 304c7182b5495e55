package io.forestage.training.text;

import java.io.IOException;
import java.io.Reader;
import java.io.StringReader;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Where a text is cut before it is tokenized. */
public enum TextCut {
    /** Between paragraphs; the blank lines are dropped. */
    PARAGRAPHS,
    /**
     * Between paragraphs, which keep the blank lines before them: the pieces of a file together
     * have the tokens of the whole.
     */
    WHOLE_PARAGRAPHS,
    /** Only between files: the pieces of a file together have the tokens of the whole. */
    FILES;

    TextPieces pieces(Reader text) {
        return switch (this) {
            case PARAGRAPHS -> new ParagraphReader(text);
            case WHOLE_PARAGRAPHS -> new WholeParagraphReader(text);
            case FILES -> new WholeTextReader(text);
        };
    }

    /** Cuts a text in memory; returns its pieces. */
    public List<String> cut(String text) {
        List<String> cut = new ArrayList<>();
        TextPieces pieces = pieces(new StringReader(text));
        try {
            for (String piece = pieces.next(); piece != null; piece = pieces.next()) {
                cut.add(piece);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e); // a string is always read
        }
        return cut;
    }

    /** Reads a text piece by piece. */
    interface TextPieces {

        /** Returns the next piece; null at the end. */
        @Nullable String next() throws IOException;

        /** Returns the number of the line being read, from 1. */
        int line();
    }
}
