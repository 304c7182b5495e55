package io.forestage.decoder;

import java.util.List;

/** How many tokens fit into a model's positions. */
final class Window {

    private Window() {}

    /** Returns the tokens to start with: for none, the end token, after which a text begins. */
    static long[] start(int index, long[] prompt, long endToken) {
        if (prompt.length > 0) {
            return prompt;
        }
        if (endToken < 0) {
            throw new IllegalArgumentException(
                    "text %d: expected at least one token, found none; the model has no eos_token_id to start with"
                            .formatted(index));
        }
        return new long[] {endToken};
    }

    /** Returns how many tokens may be added to each row. */
    static int[] room(List<long[]> rows, GenerationOptions options, long positions) {
        int[] room = new int[rows.size()];
        for (int i = 0; i < room.length; i++) {
            room[i] = room(i, rows.get(i).length, options, positions);
        }
        return room;
    }

    private static int room(int row, int length, GenerationOptions options, long positions) {
        long most = options.maxTokens().orElse(GenerationOptions.DEFAULT_MAX_TOKENS);
        // The last token that is added is never read.
        long room = positions - length + 1;
        if (room < 1 || (options.maxTokens().isPresent() && most > room)) {
            throw new IllegalArgumentException(
                    "text %d: expected room for %d more tokens within the model's %d positions, found %d tokens; %s"
                            .formatted(
                                    row,
                                    options.maxTokens().isPresent() ? most : 1,
                                    positions,
                                    length,
                                    room < 1
                                            ? "shorten the text"
                                            : "add at most %d, or shorten the text"
                                                    .formatted(room)));
        }
        return (int) Math.min(most, room);
    }

    /** Refuses no tokens, and more than the positions. */
    static void requireFits(long[] ids, long positions) {
        if (ids.length < 1 || ids.length > positions) {
            throw new IllegalArgumentException(
                    "ids: expected 1 to %d, the model's positions, found %d"
                            .formatted(positions, ids.length));
        }
    }
}
