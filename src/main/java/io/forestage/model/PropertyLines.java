package io.forestage.model;

import java.io.IOException;
import java.io.StringReader;
import java.util.Collections;
import java.util.Properties;
import java.util.Set;

/**
 * The logical lines of a Java properties file, unchanged. A logical line may span several lines;
 * each but the last ends with a backslash.
 */
final class PropertyLines {

    private final String text;

    PropertyLines(String text) {
        this.text = text;
    }

    /** The text without the lines of some keys; ends with a line break. */
    String without(Set<String> keys) throws IOException {
        StringBuilder kept = new StringBuilder(text.length());
        int end;
        for (int start = 0; start < text.length(); start = end) {
            end = endOfLogicalLine(start);
            String line = text.substring(start, end);
            if (Collections.disjoint(keysOf(line), keys)) {
                kept.append(ended(line));
            }
        }
        return kept.toString();
    }

    private static Set<String> keysOf(String line) throws IOException {
        Properties properties = new Properties();
        properties.load(new StringReader(line));
        return properties.stringPropertyNames();
    }

    private int endOfLogicalLine(int start) {
        int content = endOfContent(start);
        boolean mayGoOn = !isBlankOrComment(text.substring(start, content));
        while (mayGoOn && endsOpen(text.substring(start, content)) && content < text.length()) {
            start = afterBreak(content);
            content = endOfContent(start);
        }
        return afterBreak(content);
    }

    /** The index of the line break, or of the end. */
    private int endOfContent(int start) {
        int end = start;
        while (end < text.length() && !isBreak(text.charAt(end))) {
            end++;
        }
        return end;
    }

    private int afterBreak(int place) {
        if (place >= text.length()) {
            return text.length();
        }
        boolean isPair = text.startsWith("\r\n", place);
        return place + (isPair ? 2 : 1);
    }

    private static boolean isBreak(char c) {
        return c == '\n' || c == '\r';
    }

    private static boolean isBlankOrComment(String line) {
        String content = line.replaceFirst("^[ \\t\\f]+", "");
        return content.isEmpty() || content.charAt(0) == '#' || content.charAt(0) == '!';
    }

    /** Whether an unescaped backslash continues the line. */
    private static boolean endsOpen(String line) {
        int backslashes = 0;
        while (backslashes < line.length()
                && line.charAt(line.length() - 1 - backslashes) == '\\') {
            backslashes++;
        }
        return backslashes % 2 == 1;
    }

    /** Adds a missing line break at the end of the file, and drops a backslash before it. */
    private static String ended(String line) {
        int end = line.length();
        while (end > 0 && isBreak(line.charAt(end - 1))) {
            end--;
        }
        String content = line.substring(0, end);
        if (!isBlankOrComment(content) && endsOpen(content)) {
            return content.substring(0, end - 1) + "\n";
        }
        return end == line.length() ? line + "\n" : line;
    }
}
