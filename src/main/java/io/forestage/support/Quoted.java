package io.forestage.support;

/**
 * Text from a file, a server or a caller, made safe for a message or a terminal. It must not set
 * the terminal's title, break a line, change the writing direction, look like another name, or fill
 * the screen.
 *
 * <p>Characters that could do so are written as {@code \n}, {@code \r}, {@code \t} or {@code
 * \}{@code u{1b}}, with the character's number in hexadecimal: controls, formats (bidirectional and
 * of zero width), separators of lines and paragraphs, unpaired surrogates, code points that are
 * unassigned or for private use, and letters and marks that show nothing.
 */
public final class Quoted {

    /** The most characters of one text in a message. */
    private static final int MAX_LENGTH = 120;

    /** The most characters of a whole message. */
    private static final int MAX_LINE = 1000;

    /** The characters kept at the end of a longer message: its end is what to do. */
    private static final int END_OF_LINE = 300;

    private Quoted() {}

    /**
     * Quotes, escapes and cuts a text. Backslashes and quotes in it are escaped too, so that
     * different texts look alike only where they are cut.
     *
     * @param text any text
     * @return the text for a message, in double quotes
     */
    public static String of(String text) {
        return '"' + beginning(text, MAX_LENGTH, true) + '"';
    }

    /**
     * Escapes and cuts a text that needs no quotes: a number, a place in a file.
     *
     * @param text any text
     * @return the text for a message
     */
    public static String cut(String text) {
        return beginning(text, MAX_LENGTH, false);
    }

    /**
     * Escapes a text, backslashes too, and does not cut it: for results.
     *
     * @param text any text
     * @return the text for a terminal
     */
    public static String whole(String text) {
        StringBuilder escaped = new StringBuilder(text.length());
        text.codePoints()
                .forEach(
                        c -> {
                            if (c == '\\') {
                                escaped.append("\\\\");
                            } else {
                                append(escaped, c);
                            }
                        });
        return escaped.toString();
    }

    /**
     * Turns a message into one line of bounded length, whatever its parts are. It is the last check
     * before an exception is printed. Text that is already escaped stays unchanged.
     *
     * @param message any text
     * @return a line of at most 1000 characters; of a longer message the middle is left out
     */
    public static String line(String message) {
        StringBuilder line = new StringBuilder(Math.min(message.length(), MAX_LINE));
        message.codePoints().forEach(c -> append(line, c));
        if (line.length() <= MAX_LINE) {
            return line.toString();
        }
        int beginning = uncut(line, MAX_LINE - END_OF_LINE - 4);
        int end = uncut(line, line.length() - END_OF_LINE);
        return line.substring(0, beginning) + " … " + line.substring(end);
    }

    /**
     * Returns whether a character can be printed unescaped.
     *
     * @param c a code point
     * @return false for a character that controls the terminal or shows nothing
     */
    public static boolean isHarmless(int c) {
        return switch (Character.getType(c)) {
            case Character.CONTROL,
                    Character.FORMAT,
                    Character.SURROGATE,
                    Character.LINE_SEPARATOR,
                    Character.PARAGRAPH_SEPARATOR,
                    Character.UNASSIGNED,
                    Character.PRIVATE_USE ->
                    false;
            default -> !showsNothing(c);
        };
    }

    private static String beginning(String text, int maxLength, boolean inQuotes) {
        StringBuilder escaped = new StringBuilder();
        int next = 0;
        while (next < text.length()) {
            int c = text.codePointAt(next);
            int length = escaped.length();
            if (inQuotes && (c == '\\' || c == '"')) {
                escaped.append('\\').appendCodePoint(c);
            } else {
                append(escaped, c);
            }
            if (escaped.length() > maxLength) {
                escaped.setLength(length);
                return escaped.append('…').toString();
            }
            next += Character.charCount(c);
        }
        return escaped.toString();
    }

    private static void append(StringBuilder escaped, int c) {
        switch (c) {
            case '\n' -> escaped.append("\\n");
            case '\r' -> escaped.append("\\r");
            case '\t' -> escaped.append("\\t");
            default -> {
                if (isHarmless(c)) {
                    escaped.appendCodePoint(c);
                } else {
                    escaped.append("\\u{").append(Integer.toHexString(c)).append('}');
                }
            }
        }
    }

    /** Returns the index, moved by one where it would cut a surrogate pair. */
    private static int uncut(CharSequence text, int index) {
        return Character.isLowSurrogate(text.charAt(index)) ? index - 1 : index;
    }

    /** Unicode's Default_Ignorable_Code_Point, as far as Java's categories do not cover it. */
    private static boolean showsNothing(int c) {
        return c == 0x34F
                || c == 0x115F
                || c == 0x1160
                || c == 0x17B4
                || c == 0x17B5
                || (c >= 0x180B && c <= 0x180F)
                || c == 0x3164
                || (c >= 0xFE00 && c <= 0xFE0F)
                || c == 0xFFA0
                || (c >= 0xE0000 && c <= 0xE0FFF);
    }
}
