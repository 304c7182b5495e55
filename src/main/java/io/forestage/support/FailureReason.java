package io.forestage.support;

import java.io.IOException;
import java.nio.file.FileSystemException;

/** Why the operating system did not read or write, for messages. */
public final class FailureReason {

    private FailureReason() {}

    /**
     * Returns the operating system's reason, without the path that the message already names.
     *
     * @param failure the exception of a failed read or write
     * @return the reason; the exception's class if it has none
     */
    public static String of(IOException failure) {
        String reason =
                failure instanceof FileSystemException named
                        ? named.getReason()
                        : failure.getMessage();
        return reason == null ? failure.getClass().getSimpleName() : reason;
    }
}
