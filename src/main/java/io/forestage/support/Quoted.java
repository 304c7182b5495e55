package io.forestage.support;

/**
 * A stranger's text as it may stand in a message or on a terminal. A file, a server or a caller
 * chooses names, keys and values; none of them may set a terminal's title, break a line, turn its
 * direction, look like another name, or fill the screen.
 *
 * <p>Characters that do so are written as {@code \n}, {@code \r}, {@code \t} or {@code \}{@code
 * u{1b}}, with the number of the character in hexadecimal: controls, formats (bidirectional ones
 * and those of zero width), separators of lines and paragraphs, halves of surrogate pairs, what
 * Unicode has not assigned or leaves to private use, and letters and marks that show nothing.
 */
public final class Quoted {

    /** The characters of a text that a message shows. */
    private static final int LONGEST = 120;

    /** The characters of a whole message. */
    private static final int LONGEST_LINE = 1000;

    /** A message's end says what to do, so that it is kept before the middle. */
    private static final int END_OF_LINE = 300;

    private Quoted() {}

    /**
     * Puts a text in quotes, escaped and cut. A backslash and a quote in it are escaped too, so
     * that two texts look alike only if they are cut.
     *
     * @param text any text
     * @return the text as a message has it
     */
    public static String of(String text) {
        return '"' + beginning(text, LONGEST, true) + '"';
    }

    /**
     * Escapes and cuts a text that needs no quotes: a number, a place in a file.
     *
     * @param text any text
     * @return the text as a message has it
     */
    public static String cut(String text) {
        return beginning(text, LONGEST, false);
    }

    /**
     * Escapes all of a text, backslashes too: a result, which is not cut.
     *
     * @param text any text
     * @return the text as a terminal may have it
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
     * Makes a message one line of bounded length, whatever its parts are: the last guard, after
     * which an exception may be printed. What is escaped already stays as it is.
     *
     * @param message any text
     * @return a line of at most 1000 characters, its middle left out if there were more
     */
    public static String line(String message) {
        StringBuilder line = new StringBuilder(Math.min(message.length(), LONGEST_LINE));
        message.codePoints().forEach(c -> append(line, c));
        if (line.length() <= LONGEST_LINE) {
            return line.toString();
        }
        int beginning = whole(line, LONGEST_LINE - END_OF_LINE - 4);
        int end = whole(line, line.length() - END_OF_LINE);
        return line.substring(0, beginning) + " … " + line.substring(end);
    }

    /**
     * Whether a character may stand on a terminal as it is.
     *
     * @param c a code point
     * @return false for those that steer it or show nothing
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

    private static String beginning(String text, int most, boolean inQuotes) {
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
            if (escaped.length() > most) {
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

    /** A place where no character is cut in two. */
    private static int whole(CharSequence text, int place) {
        return Character.isLowSurrogate(text.charAt(place)) ? place - 1 : place;
    }

    /** Unicode's Default_Ignorable_Code_Point, where Java's categories do not tell. */
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
