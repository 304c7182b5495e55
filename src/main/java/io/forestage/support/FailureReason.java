package io.forestage.support;

import java.io.IOException;
import java.nio.file.FileSystemException;

/** Why the operating system would not read or write. */
public final class FailureReason {

    private FailureReason() {}

    /**
     * Takes the operating system's words, without the path that the message already names.
     *
     * @param failure what went wrong
     * @return why
     */
    public static String of(IOException failure) {
        String words =
                failure instanceof FileSystemException named
                        ? named.getReason()
                        : failure.getMessage();
        return words == null ? failure.getClass().getSimpleName() : words;
    }
}
