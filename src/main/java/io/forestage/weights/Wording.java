package io.forestage.weights;

import java.io.IOException;
import java.nio.file.FileSystemException;

/** Keeps messages to one harmless line, whatever a file calls its tensors. */
public final class Wording {

    private static final int LONGEST = 120;

    private Wording() {}

    /**
     * Puts a name in quotes, shortened.
     *
     * @param name what a file calls something
     * @return the name as a message has it
     */
    public static String quoted(String name) {
        return '"' + shortened(name) + '"';
    }

    /**
     * Shortens what a file says.
     *
     * @param text any text
     * @return its beginning
     */
    public static String shortened(String text) {
        return text.length() <= LONGEST ? text : text.substring(0, LONGEST) + "…";
    }

    /**
     * Takes out of a text whatever breaks a line or steers a terminal.
     *
     * @param text any text
     * @return the same with those characters spelled by their numbers
     */
    public static String escaped(String text) {
        StringBuilder line = new StringBuilder(text.length());
        text.codePoints()
                .forEach(
                        c -> {
                            if (isHarmless(c)) {
                                line.appendCodePoint(c);
                            } else {
                                line.append("\\u%04x".formatted(c));
                            }
                        });
        return line.toString();
    }

    /**
     * Takes the operating system's words, without the path that the message already names.
     *
     * @param failure what went wrong
     * @return why
     */
    public static String reason(IOException failure) {
        String words =
                failure instanceof FileSystemException named
                        ? named.getReason()
                        : failure.getMessage();
        return words == null ? failure.getClass().getSimpleName() : words;
    }

    private static boolean isHarmless(int c) {
        return switch (Character.getType(c)) {
            case Character.CONTROL,
                    Character.FORMAT,
                    Character.SURROGATE,
                    Character.LINE_SEPARATOR,
                    Character.PARAGRAPH_SEPARATOR ->
                    false;
            default -> true;
        };
    }
}
