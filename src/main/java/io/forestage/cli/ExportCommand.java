package io.forestage.cli;

import io.forestage.cli.console.ByteCount;
import io.forestage.cli.console.PrintableText;
import io.forestage.model.ExportFormat;
import io.forestage.model.ModelExport;
import io.forestage.support.Quoted;
import io.forestage.weights.words.WordFormat;
import io.forestage.words.ProjectorExport;
import io.forestage.words.WordsExport;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import picocli.CommandLine.Command;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;
import picocli.CommandLine.TypeConversionException;

/** {@code export}: a model's tables as one file in another format. */
@Command(
        name = "export",
        description = "Write a model's tables to one file in another format.",
        footerHeading = "%nExamples:%n",
        footer = {
            "  forestage export models/nano --format npz --output nano.npz",
            "  forestage export models/nano --format word2vec --output nano.bin",
            "  forestage export models/nano --format projector --output nano.tsv"
        })
final class ExportCommand implements Callable<Integer> {

    @Spec private CommandSpec spec;

    @Parameters(paramLabel = "DIR", description = "A model folder or a weight file.")
    private Path model;

    @Option(
            names = "--format",
            required = true,
            paramLabel = "FORMAT",
            converter = FormatConverter.class,
            description = {
                "safetensors; npz, NumPy's; params, DJL's own; or the token table alone as word"
                    + " vectors: word2vec (binary), word2vec-text (also fastText's .vec) or glove."
                    + " There, a token is spelled as in the vocabulary (Ġking is \" king\"), and"
                    + " tokens without training are left out. projector is TensorBoard's: FILE.tsv"
                    + " with the vectors and FILE-metadata.tsv with the tokens."
            })
    private FileFormat format;

    @Option(
            names = "--output",
            required = true,
            paramLabel = "FILE",
            description =
                    "The file to write. DJL's Model.load(folder, \"NAME\") looks for"
                            + " NAME-0000.params.")
    private Path output;

    @Option(
            names = "--report",
            paramLabel = "text|json",
            defaultValue = "text",
            description = "What is printed: text (default) or json, one object.")
    private Report report;

    @Override
    public Integer call() throws IOException {
        format.write(model, output);
        if (report == Report.JSON) {
            spec.commandLine().getOut().println(PrintableText.json(json()));
            return 0;
        }
        spec.commandLine()
                .getOut()
                .printf("wrote     %s, %s%n", output, ByteCount.of(Files.size(output)));
        return 0;
    }

    private Map<String, Object> json() throws IOException {
        Map<String, Object> json = new LinkedHashMap<>();
        json.put("file", output.toString());
        json.put("format", format.typed());
        json.put("bytes", Files.size(output));
        return json;
    }

    /** How the result is printed; --format is the file's. */
    private enum Report {
        TEXT,
        JSON
    }

    /** The formats, as they are typed with hyphens. */
    enum FileFormat {
        SAFETENSORS,
        NPZ,
        PARAMS,
        WORD2VEC,
        WORD2VEC_TEXT,
        GLOVE,
        PROJECTOR;

        void write(Path model, Path target) throws IOException {
            switch (this) {
                case SAFETENSORS, NPZ, PARAMS ->
                        new ModelExport(model).write(ExportFormat.valueOf(name()), target);
                case WORD2VEC, WORD2VEC_TEXT, GLOVE ->
                        new WordsExport(model, WordFormat.valueOf(name())).write(target);
                case PROJECTOR -> new ProjectorExport(model).write(target);
            }
        }

        String typed() {
            return name().toLowerCase(Locale.ROOT).replace('_', '-');
        }
    }

    /** Reads a format. */
    static final class FormatConverter implements ITypeConverter<FileFormat> {

        @Override
        public FileFormat convert(String value) {
            for (FileFormat each : FileFormat.values()) {
                if (each.typed().equalsIgnoreCase(value)) {
                    return each;
                }
            }
            throw new TypeConversionException(
                    "expected one of %s, found %s"
                            .formatted(
                                    Arrays.stream(FileFormat.values())
                                            .map(FileFormat::typed)
                                            .collect(Collectors.joining(", ")),
                                    Quoted.of(value)));
        }
    }
}
