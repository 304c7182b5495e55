package io.forestage.cli.plot;

import io.forestage.cli.console.ByteCount;
import io.forestage.plot.Picture;
import io.forestage.plot.PictureFile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;

/** The file of a picture. */
final class OutputOption {

    @Option(
            names = "--output",
            paramLabel = "FILE",
            description = "The picture to write or replace: FILE.png or FILE.svg.")
    private @Nullable Path file;

    /** Returns the file; without one, a command cannot show its picture. */
    PictureFile required(CommandSpec spec) {
        if (file == null) {
            throw new ParameterException(
                    spec.commandLine(),
                    "--output: expected a file for the picture, which a terminal cannot show, found"
                            + " none; add --output FILE.png or --output FILE.svg");
        }
        try {
            return new PictureFile(file);
        } catch (IllegalArgumentException e) {
            throw new ParameterException(
                    spec.commandLine(), "--output: %s".formatted(e.getMessage()), e);
        }
    }

    /** Work that makes a picture. */
    @FunctionalInterface
    interface Drawing {
        Picture draw() throws IOException;
    }

    /** Checks the file, then draws and writes the picture and prints its size. */
    void write(CommandSpec spec, Drawing drawing) throws IOException {
        PictureFile target = required(spec);
        target.write(drawing.draw());
        spec.commandLine()
                .getOut()
                .printf("wrote     %s, %s%n", file, ByteCount.of(Files.size(required())));
    }

    private Path required() {
        return Objects.requireNonNull(file);
    }
}
