package io.forestage.training;

import java.io.Reader;

/** What a text is cut into to be tokenized. */
enum TextCut {
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
}
