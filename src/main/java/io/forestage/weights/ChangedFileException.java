package io.forestage.weights;

import java.nio.file.Path;

/**
 * A weight file was overwritten, truncated or touched in place while its bytes are mapped, so that
 * the mapped values may no longer be those that were loaded.
 */
public final class ChangedFileException extends IllegalStateException {

    private static final long serialVersionUID = 1L;

    private final transient Path file;

    ChangedFileException(Path file, String expected, String found) {
        super(
                "%s: expected %s, found %s; load the model again. Replace weight files by rename while they are in use, or load copies of their tables: LoadOptions.copied(), copy=true or --copy"
                        .formatted(file, expected, found));
        this.file = file;
    }

    /** Returns the file's path, as it was opened. */
    public Path file() {
        return file;
    }
}
