package io.forestage.cli;

import io.forestage.weights.WeightFile;
import io.forestage.weights.checkpoint.WeightFiles;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code inspect}: what a weight file or model folder holds. */
@Command(
        name = "inspect",
        description = "Show what a weight file or model folder holds, without loading it.")
final class InspectCommand implements Callable<Integer> {

    @Spec private CommandSpec spec;

    @Parameters(
            paramLabel = "PATH",
            description = "A weight file of any format, or a model folder.")
    private Path path;

    @Option(
            names = "--format",
            defaultValue = "table",
            paramLabel = "table|json",
            description = "table (default) or json.")
    private InspectFormat format;

    @Override
    public Integer call() throws IOException {
        InspectPrinter printer = new InspectPrinter(format, spec.commandLine().getOut());
        for (Path file : weightFiles()) {
            try (WeightFile weights = WeightFiles.open(file)) {
                printer.add(weights);
            }
        }
        printer.finish(path);
        return 0;
    }

    private List<Path> weightFiles() throws IOException {
        if (!Files.exists(path)) {
            throw new NoSuchFileException(path.toString());
        }
        return Files.isDirectory(path) ? WeightFiles.inFolder(path) : List.of(path);
    }
}
