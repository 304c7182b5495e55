package io.forestage.cli;

import java.nio.file.Files;
import java.nio.file.Path;

/** The model that is used when none is named. */
final class DefaultModel {

    private DefaultModel() {}

    /** models/gpt2 once it is there, models/nano before. */
    static Path find() {
        // scripts/forestage says where the project lies.
        Path models = Path.of(System.getProperty("forestage.home", "")).resolve("models");
        Path imported = models.resolve("gpt2");
        return Files.isDirectory(imported) ? imported : models.resolve("nano");
    }
}
