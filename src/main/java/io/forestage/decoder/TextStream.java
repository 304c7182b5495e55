package io.forestage.decoder;

import io.forestage.tokens.TextTokenizer;
import java.util.Arrays;
import java.util.function.Consumer;

/**
 * Turns tokens that arrive one by one into text. Tokens may split a character: its bytes wait until
 * it is whole.
 */
final class TextStream {

    private static final char REPLACEMENT = '\uFFFD';

    private final TextTokenizer tokenizer;
    private final Consumer<String> target;
    private final StringBuilder all = new StringBuilder();
    private long[] ids = new long[0];

    /** The first token of the context that the next ones are decoded in. */
    private int context;

    /** The first token whose text has not been passed on. */
    private int next;

    TextStream(TextTokenizer tokenizer, Consumer<String> target) {
        this.tokenizer = tokenizer;
        this.target = target;
    }

    void add(long id) {
        ids = Arrays.copyOf(ids, ids.length + 1);
        ids[ids.length - 1] = id;
        passOn(false);
    }

    /** Passes on what waits, although it is no whole character, and returns the whole text. */
    String end() {
        passOn(true);
        return all.toString();
    }

    private void passOn(boolean all) {
        String before = tokenizer.decode(Arrays.copyOfRange(ids, context, next));
        String now = tokenizer.decode(Arrays.copyOfRange(ids, context, ids.length));
        boolean whole = now.isEmpty() || now.charAt(now.length() - 1) != REPLACEMENT;
        if (now.length() > before.length() && (all || whole)) {
            String piece = now.substring(before.length());
            context = next;
            next = ids.length;
            this.all.append(piece);
            target.accept(piece);
        }
    }
}
