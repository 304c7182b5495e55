package io.forestage.tokens.bpe;

import io.forestage.support.Surrogates;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Checks that texts are not null and have no lone surrogate. A lone surrogate has no UTF-8 form,
 * and the native tokenizer would replace it silently.
 */
public final class Utf16 {

    private Utf16() {}

    /** Checks a text. */
    public static void check(@Nullable String text) {
        check(text, -1);
    }

    /** Checks texts. */
    public static void checkAll(List<String> texts) {
        for (int i = 0; i < texts.size(); i++) {
            check(texts.get(i), i);
        }
    }

    /** Checks a text; its name, which few need, is made for the message alone. */
    private static void check(@Nullable String text, int index) {
        if (text == null) {
            throw new IllegalArgumentException(
                    "%s: expected a string, found null".formatted(name(index)));
        }
        int at = Surrogates.firstUnpaired(text);
        if (at >= 0) {
            char c = text.charAt(at);
            throw new IllegalArgumentException(
                    "%s: expected well-formed UTF-16, found the lone %s surrogate U+%04X at index %d; take it out or replace it with U+FFFD"
                            .formatted(
                                    name(index),
                                    Character.isHighSurrogate(c) ? "high" : "low",
                                    (int) c,
                                    at));
        }
    }

    private static String name(int index) {
        return index < 0 ? "the text" : "text " + index;
    }
}
