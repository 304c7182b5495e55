package io.forestage.training.text;

import java.io.IOException;
import java.io.Reader;
import org.jspecify.annotations.Nullable;

/**
 * Splits a text into paragraphs that together have the tokens of the whole. A paragraph begins with
 * the line breaks before it, since a GPT-2 token always ends before white space that follows a
 * visible character. Where a paragraph ends with none, it goes on to the next one's end. One longer
 * than {@value #MAX_LENGTH} characters is cut before a white space.
 */
final class WholeParagraphReader implements TextCut.TextPieces {

    static final int MAX_LENGTH = 1 << 16;

    /** Cuts between any characters, where there is no white space to cut before. */
    private static final int LIMIT = 1 << 20;

    private final Reader reader;
    private final StringBuilder text = new StringBuilder();

    /** Where the white space at the end of the text begins; the text's length if it has none. */
    private int space;

    /** The line feeds in that white space. */
    private int lineFeeds;

    private int line = 1;
    private boolean ended;

    WholeParagraphReader(Reader reader) {
        this.reader = reader;
    }

    @Override
    public @Nullable String next() throws IOException {
        while (!ended) {
            int read = reader.read();
            if (read < 0) {
                ended = true;
            } else {
                line += read == '\n' ? 1 : 0;
                int cut = cutBefore((char) read);
                append((char) read);
                if (cut > 0) {
                    return take(cut);
                }
            }
        }
        return text.isEmpty() ? null : take(text.length());
    }

    @Override
    public int line() {
        return line;
    }

    /** Returns where to cut now that a character follows; 0 for nowhere. */
    private int cutBefore(char next) {
        boolean mayCut = space > 0 && isVisible(text.charAt(space - 1));
        if (mayCut && lineFeeds > 1 && !Character.isWhitespace(next)) {
            return space;
        }
        if (text.length() >= MAX_LENGTH && mayCut && space == text.length() && isSpace(next)) {
            return space;
        }
        return text.length() >= LIMIT && !Character.isLowSurrogate(next) ? text.length() : 0;
    }

    private void append(char next) {
        text.append(next);
        if (isSpace(next)) {
            lineFeeds += next == '\n' ? 1 : 0;
        } else {
            space = text.length();
            lineFeeds = 0;
        }
    }

    private static boolean isSpace(char character) {
        return character == ' ' || character == '\n' || character == '\r' || character == '\t';
    }

    private static boolean isVisible(char character) {
        return (character > ' ' && character < '\u007f') || Character.isLetterOrDigit(character);
    }

    private String take(int end) {
        String taken = text.substring(0, end);
        text.delete(0, end);
        space = Math.max(0, space - end);
        return taken;
    }
}
