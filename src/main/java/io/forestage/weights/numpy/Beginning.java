package io.forestage.weights.numpy;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/** What a file's first bytes say that it is. */
enum Beginning {
    ARRAY("\u0093NUMPY"),
    ZIP("PK\u0003\u0004"),
    EMPTY_ZIP("PK\u0005\u0006"),
    OTHER("");

    static final int LONGEST = 6;

    private final String text;

    Beginning(String text) {
        this.text = text;
    }

    static Beginning of(byte[] head) {
        int length = Math.min(head.length, LONGEST);
        String start = new String(head, 0, length, StandardCharsets.ISO_8859_1);
        return Arrays.stream(values())
                .filter(each -> start.startsWith(each.text))
                .findFirst()
                .orElse(OTHER);
    }

    byte[] bytes() {
        return text.getBytes(StandardCharsets.ISO_8859_1);
    }
}
