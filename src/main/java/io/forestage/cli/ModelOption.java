package io.forestage.cli;

import io.forestage.model.LoadOptions;
import java.nio.file.Files;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** The model that a command reads: the one given, or the best one present. */
final class ModelOption {

    @Option(
            names = "--model",
            paramLabel = "DIR",
            description = "The model folder. Default: models/gpt2 if it exists, else models/nano.")
    private @Nullable Path named;

    @Mixin private CopyFlag copy;

    /** How its tables are loaded. */
    LoadOptions options() {
        return copy.options();
    }

    Path folder() {
        if (named != null) {
            return named;
        }
        // scripts/forestage sets the project's folder.
        Path models = Path.of(System.getProperty("forestage.home", "")).resolve("models");
        Path imported = models.resolve("gpt2");
        return Files.isDirectory(imported) ? imported : models.resolve("nano");
    }

    /** Whether a command that loads a model maps its tables or copies them. */
    static final class CopyFlag {

        @Option(
                names = "--copy",
                description =
                        "Read the tables into memory instead of mapping the file. Then other"
                                + " programs may overwrite the file.")
        private boolean copy;

        /** Frozen tables, mapped or copied. */
        LoadOptions options() {
            return copy ? LoadOptions.frozen().copied() : LoadOptions.frozen();
        }
    }
}
