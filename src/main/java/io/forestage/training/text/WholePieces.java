package io.forestage.training.text;

import java.io.IOException;
import java.io.Reader;
import org.jspecify.annotations.Nullable;

/**
 * Splits a text into pieces that together have the tokens of the whole: it cuts before white space
 * that follows a visible character, where a GPT-2 token always ends. Only a text of over a million
 * characters without such a place is cut elsewhere.
 */
abstract class WholePieces implements TextCut.TextPieces {

    /** Cuts between any characters, where there is no white space to cut before. */
    static final int LIMIT = 1 << 20;

    private final Reader reader;
    private final StringBuilder text = new StringBuilder();
    private int line = 1;
    private boolean ended;

    WholePieces(Reader reader) {
        this.reader = reader;
    }

    @Override
    public final @Nullable String next() throws IOException {
        while (!ended) {
            int read = reader.read();
            if (read < 0) {
                ended = true;
            } else {
                line += read == '\n' ? 1 : 0;
                int cut = text.isEmpty() ? 0 : cutBefore(text, (char) read);
                text.append((char) read);
                appended(text);
                if (cut > 0) {
                    return take(cut);
                }
            }
        }
        return text.isEmpty() ? null : take(text.length());
    }

    @Override
    public final int line() {
        return line;
    }

    /**
     * Returns where to cut now that a character follows; 0 for nowhere.
     *
     * @param pending the text that is not cut yet, not empty
     */
    abstract int cutBefore(CharSequence pending, char next);

    /** Called when a character was appended. */
    void appended(CharSequence pending) {}

    /** Called when a piece was taken from the beginning. */
    void taken(int length) {}

    /** Returns whether a token ends after a character if white space follows. */
    static boolean isVisible(char character) {
        return (character > ' ' && character < '\u007f') || Character.isLetterOrDigit(character);
    }

    /** Returns whether a text of any kind must be cut here. */
    static boolean isOverLimit(CharSequence pending, char next) {
        return pending.length() >= LIMIT && !Character.isLowSurrogate(next);
    }

    private String take(int end) {
        String taken = text.substring(0, end);
        text.delete(0, end);
        taken(end);
        return taken;
    }
}
