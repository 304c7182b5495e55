package io.forestage.cli;

import io.forestage.model.LoadOptions;
import java.nio.file.Files;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** The model that a command reads: the one that is named, or the best that is there. */
final class ChosenModel {

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
}
