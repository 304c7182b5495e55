package io.forestage.cli;

import io.forestage.cli.console.ByteCount;
import io.forestage.model.ExportFormat;
import io.forestage.model.ModelExport;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code export}: a model's tables as one file in another format. */
@Command(name = "export", description = "Write a model's tables to one file in another format.")
final class ExportCommand implements Callable<Integer> {

    @Spec private CommandSpec spec;

    @Parameters(paramLabel = "DIR", description = "A model folder or a weight file.")
    private Path model;

    @Option(
            names = "--format",
            required = true,
            paramLabel = "safetensors|npz|params",
            description = "safetensors, NumPy's npz, or DJL's own params.")
    private ExportFormat format;

    @Option(
            names = "--output",
            required = true,
            paramLabel = "FILE",
            description =
                    "The file to write. DJL's Model.load(folder, \"NAME\") looks for"
                            + " NAME-0000.params.")
    private Path output;

    @Override
    public Integer call() throws IOException {
        new ModelExport(model).write(format, output);
        spec.commandLine()
                .getOut()
                .printf("wrote     %s, %s%n", output, ByteCount.of(Files.size(output)));
        return 0;
    }
}
