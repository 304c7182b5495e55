package io.forestage.cli;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Words with + and − between them. */
record WordSum(List<String> plus, List<String> minus) {

    static WordSum parse(List<String> arguments) throws IOException {
        List<String> plus = new ArrayList<>();
        List<String> minus = new ArrayList<>();
        @Nullable String sign = null;
        for (String word : String.join(" ", arguments).trim().split("\\s+", -1)) {
            boolean isSign = word.equals("+") || word.equals("-");
            if (isSign && sign != null) {
                throw expected("a word after " + sign, word);
            }
            if (!isSign) {
                ("-".equals(sign) ? minus : plus).add(word);
            }
            sign = isSign ? word : null;
        }
        if (sign != null) {
            throw expected("a word after " + sign, "none");
        }
        if (plus.isEmpty()) {
            throw expected("a word that is added", "none");
        }
        return new WordSum(plus, minus);
    }

    private static IOException expected(String expected, String found) {
        return new IOException(
                "WORD: expected %s, found %s; such as: king - man + woman"
                        .formatted(expected, found));
    }
}
