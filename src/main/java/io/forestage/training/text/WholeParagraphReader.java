package io.forestage.training.text;

import java.io.Reader;

/**
 * Splits a text into whole paragraphs. A paragraph begins with the line breaks before it, since a
 * GPT-2 token always ends before white space that follows a visible character. Where a paragraph
 * ends with none, it goes on to the next one's end. One longer than {@value #MAX_LENGTH} characters
 * is cut before a white space.
 */
final class WholeParagraphReader extends WholePieces {

    static final int MAX_LENGTH = 1 << 16;

    /** Where the white space at the end of the text begins; the text's length if it has none. */
    private int space;

    /** The line feeds in that white space. */
    private int lineFeeds;

    WholeParagraphReader(Reader reader) {
        super(reader);
    }

    @Override
    int cutBefore(CharSequence pending, char next) {
        boolean mayCut = space > 0 && isVisible(pending.charAt(space - 1));
        if (mayCut && lineFeeds > 1 && !Character.isWhitespace(next)) {
            return space;
        }
        if (pending.length() >= MAX_LENGTH
                && mayCut
                && space == pending.length()
                && isSpace(next)) {
            return space;
        }
        return isOverLimit(pending, next) ? pending.length() : 0;
    }

    @Override
    void appended(CharSequence pending) {
        char last = pending.charAt(pending.length() - 1);
        if (isSpace(last)) {
            lineFeeds += last == '\n' ? 1 : 0;
        } else {
            space = pending.length();
            lineFeeds = 0;
        }
    }

    @Override
    void taken(int length) {
        space = Math.max(0, space - length);
    }

    private static boolean isSpace(char character) {
        return character == ' ' || character == '\n' || character == '\r' || character == '\t';
    }
}
