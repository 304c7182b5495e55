package io.forestage.weights;

import java.nio.file.Path;

/**
 * A weight file was overwritten, cut or touched in place while its bytes are in use, so that they
 * no longer hold what was loaded.
 */
public final class ChangedFileException extends IllegalStateException {

    private static final long serialVersionUID = 1L;

    private final transient Path file;

    ChangedFileException(Path file, String expected, String found) {
        super(
                file
                        + ": expected "
                        + expected
                        + ", found "
                        + found
                        + "; load the model again. Replace weight files by rename while they are in"
                        + " use, or load copies of their tables: LoadOptions.copied(), copy=true or"
                        + " --copy");
        this.file = file;
    }

    /**
     * Returns the file.
     *
     * @return its path, as it was opened
     */
    public Path file() {
        return file;
    }
}
