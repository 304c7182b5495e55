package io.forestage.cli;

import com.google.gson.Gson;
import com.google.gson.GsonBuilder;
import io.forestage.support.Quoted;

/**
 * A result as JSON in one line. What would steer a terminal or show nothing is escaped as JSON has
 * it, so that a program reads the same strings and a person may look at them.
 */
final class JsonLine {

    private static final Gson GSON = new GsonBuilder().disableHtmlEscaping().create();

    private JsonLine() {}

    static String of(Object value) {
        String json = GSON.toJson(value);
        StringBuilder line = new StringBuilder(json.length());
        // Outside of its strings gson writes ASCII only.
        json.codePoints()
                .forEach(
                        c -> {
                            if (Quoted.isHarmless(c)) {
                                line.appendCodePoint(c);
                            } else {
                                for (char unit : Character.toChars(c)) {
                                    line.append("\\u%04x".formatted((int) unit));
                                }
                            }
                        });
        return line.toString();
    }
}
