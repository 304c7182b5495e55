package io.forestage.training.text;

import java.io.IOException;
import java.io.Reader;
import org.jspecify.annotations.Nullable;

/**
 * Splits a text into paragraphs at blank lines. A paragraph longer than {@value #MAX_LENGTH}
 * characters is cut, where possible at the end of a line, else at the end of a word.
 */
final class ParagraphReader implements TextCut.TextPieces {

    static final int MAX_LENGTH = 1 << 16;

    private final Reader reader;
    private final StringBuilder text = new StringBuilder();
    private int line = 1;
    private boolean ended;

    ParagraphReader(Reader reader) {
        this.reader = reader;
    }

    /** Returns the next paragraph without the line breaks around it. */
    @Override
    public @Nullable String next() throws IOException {
        while (!ended) {
            int read = reader.read();
            if (read < 0) {
                ended = true;
            } else if (read != '\n') {
                text.append((char) read);
                if (text.length() >= MAX_LENGTH) {
                    return cut();
                }
            } else {
                line++;
                if (lastLineIsBlank()) {
                    String paragraph = take(text.length());
                    if (!paragraph.isEmpty()) {
                        return paragraph;
                    }
                } else {
                    text.append('\n');
                }
            }
        }
        String last = take(text.length());
        return last.isEmpty() ? null : last;
    }

    @Override
    public int line() {
        return line;
    }

    private boolean lastLineIsBlank() {
        for (int i = text.length() - 1; i >= 0 && text.charAt(i) != '\n'; i--) {
            if (!Character.isWhitespace(text.charAt(i))) {
                return false;
            }
        }
        return true;
    }

    private String cut() {
        int end = text.lastIndexOf("\n") + 1;
        if (end == 0) {
            end = text.lastIndexOf(" ");
        }
        if (end <= 0) {
            end = text.length();
            // Do not cut a surrogate pair: its first half starts the next piece.
            end -= Character.isHighSurrogate(text.charAt(end - 1)) ? 1 : 0;
        }
        return take(end);
    }

    private String take(int end) {
        int last = end;
        while (last > 0 && Character.isWhitespace(text.charAt(last - 1))) {
            last--;
        }
        String taken = text.substring(0, last);
        text.delete(0, end);
        return taken;
    }
}
