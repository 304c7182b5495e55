package io.forestage.cli;

import io.forestage.ImportReport;
import io.forestage.ModelImport;
import io.forestage.weights.TensorEntry;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code import}: GPT-2's tables from a file or folder into a slim model folder. */
@Command(
        name = "import",
        description = "Take wte and wpe out of a model and write a slim model folder.")
final class ImportCommand implements Callable<Integer> {

    @Spec private CommandSpec spec;

    @Parameters(
            paramLabel = "SOURCE",
            description = "A safetensors file, or a folder with one and a config.json.")
    private String source;

    @Option(
            names = "--model",
            paramLabel = "DIR",
            required = true,
            description = "The model folder to write.")
    private Path model;

    @Option(names = "--force", description = "Replace a model that is there already.")
    private boolean force;

    @Override
    public Integer call() throws IOException {
        ImportReport report = new ModelImport(local(source), model).run(force);
        PrintWriter out = spec.commandLine().getOut();
        for (TensorEntry table : report.loaded()) {
            out.printf(
                    "loaded    %s %s %s, %s%n",
                    Printable.escape(table.name()),
                    table.type(),
                    table.shape(),
                    ByteCount.of(table.byteSize()));
        }
        out.printf(
                "left out  %d tensor%s, %s%n",
                report.unused().size(),
                report.unused().size() == 1 ? "" : "s",
                ByteCount.of(report.unusedBytes()));
        out.printf(
                "missing   %s%n",
                report.missing().isEmpty() ? "nothing" : String.join(", ", report.missing()));
        out.printf("wrote     %s: %s%n", report.target(), String.join(", ", report.files()));
        return 0;
    }

    private static Path local(String source) throws IOException {
        try {
            Path path = Path.of(source);
            if (Files.exists(path)) {
                return path;
            }
        } catch (InvalidPathException e) {
            throw new IOException(source + ": no name of a file or folder", e);
        }
        throw new IOException(
                source
                        + ": no such file or folder; download the model first and import its"
                        + " model.safetensors or its folder");
    }
}
