package io.forestage.corpus;

import java.io.IOException;
import java.io.Serial;
import org.jspecify.annotations.Nullable;

/** A corpus that cannot be read, embedded or written; the message names the file and the line. */
public final class CorpusException extends IOException {

    @Serial private static final long serialVersionUID = 1;

    CorpusException(String message) {
        this(message, null);
    }

    CorpusException(String message, @Nullable Throwable cause) {
        super(message, cause);
    }
}
