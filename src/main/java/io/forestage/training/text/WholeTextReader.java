package io.forestage.training.text;

import java.io.IOException;
import java.io.Reader;
import org.jspecify.annotations.Nullable;

/**
 * Splits a text into pieces that together have the tokens of the whole. It cuts before white space
 * that follows a visible character, where a GPT-2 token always ends. Where {@value #MAX_LENGTH}
 * characters have no such position, it may cut a token in two.
 */
final class WholeTextReader implements TextCut.TextPieces {

    private static final int MIN_LENGTH = 1 << 16;
    private static final int MAX_LENGTH = 1 << 20;

    private final Reader reader;
    private final int minLength;
    private final StringBuilder text = new StringBuilder();
    private int line = 1;
    private boolean ended;

    WholeTextReader(Reader reader) {
        this(reader, MIN_LENGTH);
    }

    WholeTextReader(Reader reader, int minLength) {
        this.reader = reader;
        this.minLength = minLength;
    }

    @Override
    public @Nullable String next() throws IOException {
        while (!ended) {
            int read = reader.read();
            if (read < 0) {
                ended = true;
            } else {
                line += read == '\n' ? 1 : 0;
                boolean cuts = text.length() >= minLength && mayCutBefore((char) read);
                text.append((char) read);
                if (cuts) {
                    return take(text.length() - 1);
                }
            }
        }
        return text.isEmpty() ? null : take(text.length());
    }

    @Override
    public int line() {
        return line;
    }

    private boolean mayCutBefore(char next) {
        char last = text.charAt(text.length() - 1);
        boolean isVisible = (last > ' ' && last < '\u007f') || Character.isLetterOrDigit(last);
        boolean isTokenEnd = (next == ' ' || next == '\n') && isVisible;
        return isTokenEnd || (text.length() >= MAX_LENGTH && !Character.isLowSurrogate(next));
    }

    private String take(int end) {
        String taken = text.substring(0, end);
        text.delete(0, end);
        return taken;
    }
}
