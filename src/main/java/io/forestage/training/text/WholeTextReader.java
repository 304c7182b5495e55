package io.forestage.training.text;

import java.io.IOException;
import java.io.Reader;
import org.jspecify.annotations.Nullable;

/**
 * A text in pieces that have together the tokens of the whole: it is cut before white space that
 * follows a visible character, where GPT-2's tokens always end. Only where {@value #LONGEST}
 * characters have no such place, a token may be cut in two.
 */
final class WholeTextReader implements TextCut.TextPieces {

    private static final int LONG_ENOUGH = 1 << 16;
    private static final int LONGEST = 1 << 20;

    private final Reader reader;
    private final int longEnough;
    private final StringBuilder text = new StringBuilder();
    private int line = 1;
    private boolean ended;

    WholeTextReader(Reader reader) {
        this(reader, LONG_ENOUGH);
    }

    WholeTextReader(Reader reader, int longEnough) {
        this.reader = reader;
        this.longEnough = longEnough;
    }

    @Override
    public @Nullable String next() throws IOException {
        while (!ended) {
            int read = reader.read();
            if (read < 0) {
                ended = true;
            } else {
                line += read == '\n' ? 1 : 0;
                boolean cuts = text.length() >= longEnough && mayCutBefore((char) read);
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
        boolean isPlace = (next == ' ' || next == '\n') && isVisible;
        return isPlace || (text.length() >= LONGEST && !Character.isLowSurrogate(next));
    }

    private String take(int end) {
        String taken = text.substring(0, end);
        text.delete(0, end);
        return taken;
    }
}
