package io.forestage.cli;

import io.forestage.cli.console.ByteCount;
import io.forestage.cli.console.PrintableText;
import io.forestage.cli.console.TextTable;
import io.forestage.support.Quoted;
import io.forestage.weights.TensorEntry;
import io.forestage.weights.WeightFile;
import io.forestage.weights.checkpoint.WeightFiles;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code inspect}: the tensors of a weight file or model folder. */
@Command(
        name = "inspect",
        description = "Show the tensors of a weight file or model folder without loading them.",
        footerHeading = "%nExamples:%n",
        footer = {
            "  forestage inspect models/nano",
            "  forestage inspect --sizes",
            "  forestage inspect --format json model.safetensors"
        })
final class InspectCommand implements Callable<Integer> {

    @Spec private CommandSpec spec;

    @Parameters(
            paramLabel = "DIR",
            arity = "0..1",
            description = "A model folder, or a weight file of any format.")
    private @Nullable Path path;

    @Option(
            names = "--sizes",
            description =
                    "In place of DIR: show how many parameters GPT-2 has in its four sizes, by"
                            + " table and in the blocks.")
    private boolean sizes;

    @Option(
            names = "--format",
            defaultValue = "table",
            paramLabel = "table|json",
            description = "table (default) or json.")
    private Format format;

    @Override
    public Integer call() throws IOException {
        if (sizes == (path != null)) {
            throw new ParameterException(
                    spec.commandLine(),
                    "DIR: expected a model folder or file, or --sizes, found %s"
                            .formatted(path == null ? "neither" : "both"));
        }
        if (path == null) {
            new SizesPrinter(spec.commandLine().getOut()).print(format == Format.JSON);
            return 0;
        }
        Printer printer = new Printer(format, spec.commandLine().getOut());
        for (Path file : weightFiles(path)) {
            try (WeightFile weights = WeightFiles.open(file)) {
                printer.add(weights);
            }
        }
        printer.finish(path);
        return 0;
    }

    private static List<Path> weightFiles(Path path) throws IOException {
        if (!Files.exists(path)) {
            throw new NoSuchFileException(path.toString());
        }
        return Files.isDirectory(path) ? WeightFiles.inFolder(path) : List.of(path);
    }

    /** Prints the tensors of weight files, as tables or as one JSON object. */
    private static final class Printer {

        private final Format format;
        private final PrintWriter out;
        private final List<FileContent> files = new ArrayList<>();

        Printer(Format format, PrintWriter out) {
            this.format = format;
            this.out = out;
        }

        void add(WeightFile file) {
            files.add(
                    new FileContent(
                            file.path().toString(),
                            file.format().title(),
                            file.size(),
                            file.metadata(),
                            file.tensors().stream().map(Tensor::of).toList()));
        }

        void finish(Path path) {
            if (format == Format.JSON) {
                out.println(PrintableText.json(Map.of("files", files)));
                return;
            }
            if (files.isEmpty()) {
                out.printf("%s: no weight file%n", Quoted.whole(path.toString()));
            }
            for (FileContent file : files) {
                print(file);
            }
        }

        private void print(FileContent file) {
            out.printf(
                    "%s: %s, %d tensor%s, %s%n",
                    Quoted.whole(file.file()),
                    file.format(),
                    file.tensors().size(),
                    file.tensors().size() == 1 ? "" : "s",
                    ByteCount.of(file.bytes()));
            file.metadata()
                    .forEach(
                            (key, value) ->
                                    out.printf(
                                            "metadata %s: %s%n",
                                            Quoted.whole(key), Quoted.whole(value)));
            TextTable table =
                    new TextTable(
                            List.of(
                                    TextTable.Align.LEFT,
                                    TextTable.Align.LEFT,
                                    TextTable.Align.LEFT,
                                    TextTable.Align.RIGHT),
                            List.of("name", "type", "shape", "bytes"));
            for (Tensor tensor : file.tensors()) {
                table.add(
                        List.of(
                                Quoted.whole(tensor.name()),
                                tensor.type(),
                                tensor.shape().toString(),
                                Long.toString(tensor.bytes())));
            }
            table.print(out);
        }

        /** A weight file, as in the JSON. */
        private record FileContent(
                String file,
                String format,
                long bytes,
                Map<String, String> metadata,
                List<Tensor> tensors) {}

        /** A tensor, as in the JSON. */
        private record Tensor(String name, String type, List<Long> shape, long bytes) {

            static Tensor of(TensorEntry entry) {
                return new Tensor(
                        entry.name(), entry.type().name(), entry.shape(), entry.byteSize());
            }
        }
    }

    /** How the content of weight files is printed. */
    private enum Format {
        TABLE,
        JSON
    }
}
