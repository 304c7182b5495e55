package io.forestage.tokens.bpe;

import io.forestage.support.Surrogates;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Refuses null and strings with a lone surrogate, which have no UTF-8 form and which the native
 * tokenizer would replace silently.
 */
public final class Utf16 {

    private Utf16() {}

    public static void check(@Nullable String text) {
        check(text, "the text");
    }

    public static void checkAll(List<String> texts) {
        for (int i = 0; i < texts.size(); i++) {
            check(texts.get(i), "text " + i);
        }
    }

    private static void check(@Nullable String text, String name) {
        if (text == null) {
            throw new IllegalArgumentException(name + ": expected a string, found null");
        }
        int at = Surrogates.firstUnpaired(text);
        if (at >= 0) {
            char c = text.charAt(at);
            throw new IllegalArgumentException(
                    "%s: expected well-formed UTF-16, found the lone %s surrogate U+%04X at index %d; take it out or replace it with U+FFFD"
                            .formatted(
                                    name,
                                    Character.isHighSurrogate(c) ? "high" : "low",
                                    (int) c,
                                    at));
        }
    }
}
