package io.forestage.support;

import java.io.IOException;
import org.jspecify.annotations.Nullable;

/**
 * JSON that is not as expected. It does not know which file or request it is about: a room catches
 * it where it opens the text and throws its own exception with that name and a remedy.
 */
public final class JsonException extends IOException {

    private static final long serialVersionUID = 1L;

    /** Line, column and path. */
    private final String place;

    /** What should have been there. */
    private final String expected;

    /** What was there. */
    private final String found;

    /** What to do about it, if this is known. */
    private final @Nullable String remedy;

    JsonException(
            String place,
            String expected,
            String found,
            @Nullable String remedy,
            @Nullable Throwable cause) {
        super(
                Quoted.line("JSON at %s: expected %s, found %s".formatted(place, expected, found)),
                cause);
        this.place = place;
        this.expected = expected;
        this.found = found;
        this.remedy = remedy;
    }

    /**
     * Returns the place in the text.
     *
     * @return {@code line 1 column 9 path $.name}, escaped and cut
     */
    public String place() {
        return place;
    }

    /**
     * Returns what should have been there.
     *
     * @return words for a message
     */
    public String expected() {
        return expected;
    }

    /**
     * Returns what was there.
     *
     * @return words for a message
     */
    public String found() {
        return found;
    }

    /**
     * Returns what to do, where it does not depend on the file.
     *
     * @param otherwise the remedy for everything else
     * @return this problem's own remedy, or the other one
     */
    public String remedyOr(String otherwise) {
        return remedy == null ? otherwise : remedy;
    }
}
