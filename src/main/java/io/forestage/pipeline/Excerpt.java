package io.forestage.pipeline;

/** A stranger's text in a message: short, in one line, and of characters that a terminal prints. */
final class Excerpt {

    private static final int LONGEST = 60;

    private Excerpt() {}

    static String of(String text) {
        StringBuilder excerpt = new StringBuilder("\"");
        for (int i = 0; i < text.length() && i < LONGEST; i++) {
            char c = text.charAt(i);
            excerpt.append(c >= ' ' && c < 127 ? String.valueOf(c) : "\\u%04x".formatted((int) c));
        }
        return excerpt.append(text.length() > LONGEST ? "…\"" : "\"").toString();
    }
}
