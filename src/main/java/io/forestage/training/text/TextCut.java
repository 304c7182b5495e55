package io.forestage.training.text;

import java.io.IOException;
import java.io.Reader;
import org.jspecify.annotations.Nullable;

/** What a text is cut into to be tokenized. */
public enum TextCut {
    /** Paragraphs, the blank lines between them left out. */
    PARAGRAPHS,
    /** Nothing: the pieces are only what the tokenizer is given at a time. */
    NOWHERE;

    TextPieces pieces(Reader text) {
        return switch (this) {
            case PARAGRAPHS -> new ParagraphReader(text);
            case NOWHERE -> new WholeTextReader(text);
        };
    }

    /** A text piece by piece. */
    interface TextPieces {

        /** The next one; null at the end. */
        @Nullable String next() throws IOException;

        /** The line that is being read, from 1. */
        int line();
    }
}
