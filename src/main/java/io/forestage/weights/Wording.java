package io.forestage.weights;

import java.io.IOException;
import java.nio.file.FileSystemException;

/** Keeps messages to one harmless line, whatever a file calls its tensors. */
final class Wording {

    private static final int LONGEST = 120;

    private Wording() {}

    /** The name in quotes, shortened. */
    static String quoted(String name) {
        return '"' + shortened(name) + '"';
    }

    static String shortened(String text) {
        return text.length() <= LONGEST ? text : text.substring(0, LONGEST) + "…";
    }

    /** The text without anything that breaks a line or steers a terminal. */
    static String escaped(String text) {
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

    /** The operating system's words, without the path that the message already names. */
    static String reason(IOException failure) {
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
