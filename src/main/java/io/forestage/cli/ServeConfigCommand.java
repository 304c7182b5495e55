package io.forestage.cli;

import io.forestage.model.ModelFolder;
import io.forestage.model.ServingProperties;
import io.forestage.pipeline.FolderLibrary;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code serve-config}: the file that lets DJL and DJL Serving load a model folder. */
@Command(
        name = "serve-config",
        description =
                "Write serving.properties, with which DJL's Criteria and DJL Serving load the"
                        + " folder. 'import' writes it too.",
        footerHeading = "%nExamples:%n",
        footer = "  forestage serve-config models/gpt2")
final class ServeConfigCommand implements Callable<Integer> {

    @Spec private CommandSpec spec;

    @Parameters(paramLabel = "DIR", description = "A model folder.")
    private Path model;

    @Option(
            names = "--with-jars",
            description =
                    "Also copy Forestage's jars into the folder, for a server that does not have"
                            + " them.")
    private boolean withJars;

    @Option(
            names = "--force",
            description = "Replace a serving.properties that another program wrote.")
    private boolean force;

    @Override
    public Integer call() throws IOException {
        List<Path> written;
        if (withJars) {
            written = FolderLibrary.addTo(model, force);
        } else {
            ModelFolder unused = ModelFolder.open(model);
            ServingProperties.write(model, ServingProperties.Classes.ON_CLASS_PATH, force);
            written = List.of(Path.of(ServingProperties.FILE_NAME));
        }
        spec.commandLine()
                .getOut()
                .printf(
                        "wrote     %s: %s%n",
                        model,
                        written.stream().map(Path::toString).collect(Collectors.joining(", ")));
        return 0;
    }
}
