package io.forestage.tokens;

import io.forestage.support.Quoted;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/**
 * Thrown for a tokenizer's file that cannot be read or is invalid. The message has the file, the
 * place in it, what was expected, what was found, and what to do.
 */
public final class TokenizerFileException extends IOException {

    private static final long serialVersionUID = 1L;

    /** The file, as the caller named it. */
    private final String file;

    /**
     * Makes the exception.
     *
     * @param file the file, as the caller named it
     * @param where the place in it
     * @param expected what was expected there
     * @param found what was found
     * @param remedy what to do
     */
    public TokenizerFileException(
            String file, String where, String expected, String found, String remedy) {
        this(file, where, expected, found, remedy, null);
    }

    /**
     * Makes the exception with its cause.
     *
     * @param file the file, as the caller named it
     * @param where the place in it
     * @param expected what was expected there
     * @param found what was found
     * @param remedy what to do
     * @param cause the cause, or null
     */
    public TokenizerFileException(
            String file,
            String where,
            String expected,
            String found,
            String remedy,
            @Nullable Throwable cause) {
        super(
                Quoted.line(
                        "%s, %s: expected %s, found %s; %s"
                                .formatted(file, where, expected, found, remedy)),
                cause);
        this.file = file;
    }

    /**
     * Returns the invalid file.
     *
     * @return the file, as the caller named it
     */
    public String file() {
        return file;
    }
}
