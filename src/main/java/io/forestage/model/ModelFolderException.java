package io.forestage.model;

import io.forestage.support.Quoted;
import java.io.IOException;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * An unusable model folder. The message names the place, what was expected and found, and the fix.
 */
public final class ModelFolderException extends IOException {

    private static final long serialVersionUID = 1L;

    ModelFolderException(Path place, String problem) {
        this(place, problem, null);
    }

    ModelFolderException(Path place, String problem, @Nullable Throwable cause) {
        super(Quoted.line("%s: %s".formatted(place, problem)), cause);
    }
}
