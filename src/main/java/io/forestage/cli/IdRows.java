package io.forestage.cli;

import java.util.ArrayList;
import java.util.List;

/** Rows of ids as they are typed: {@code "1,2;3,4"}. */
final class IdRows {

    private IdRows() {}

    static List<long[]> parse(String text) {
        List<long[]> rows = new ArrayList<>();
        String[] parts = text.split(";", -1);
        for (int row = 0; row < parts.length; row++) {
            rows.add(parseRow(row, parts[row]));
        }
        return rows;
    }

    private static long[] parseRow(int row, String text) {
        if (text.isBlank()) {
            return new long[0];
        }
        String[] words = text.split(",", -1);
        long[] ids = new long[words.length];
        for (int i = 0; i < words.length; i++) {
            try {
                ids[i] = Long.parseLong(words[i].strip());
            } catch (NumberFormatException e) {
                throw new IllegalArgumentException(
                        "row %d, column %d: expected an integer, found \"%s\""
                                .formatted(row, i, words[i].strip()),
                        e);
            }
        }
        return ids;
    }
}
