package io.forestage.cli;

import io.forestage.model.LoadOptions;
import java.nio.file.Files;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** The model that a command reads: the one that is named, or the best that is there. */
final class ModelOption {

    @Option(
            names = "--model",
            paramLabel = "DIR",
            description =
                    "A model folder; models/gpt2 if it is there, else models/nano, when not"
                            + " given.")
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
        // scripts/forestage says where the project lies.
        Path models = Path.of(System.getProperty("forestage.home", "")).resolve("models");
        Path imported = models.resolve("gpt2");
        return Files.isDirectory(imported) ? imported : models.resolve("nano");
    }

    /** Whether a command that loads a model maps its tables or copies them. */
    static final class CopyFlag {

        @Option(
                names = "--copy",
                description =
                        "Read the tables into memory instead of mapping the file, which others may"
                                + " then overwrite meanwhile.")
        private boolean copy;

        /** The options of an inference. */
        LoadOptions options() {
            return copy ? LoadOptions.frozen().copied() : LoadOptions.frozen();
        }
    }
}
