package io.forestage.cli;

import io.forestage.cli.console.ByteCount;
import io.forestage.cli.console.DownloadBar;
import io.forestage.cli.console.ModelOption;
import io.forestage.cli.console.PrintableText;
import io.forestage.cli.console.ResultFormat;
import io.forestage.model.ImportOptions;
import io.forestage.model.ImportReport;
import io.forestage.support.Quoted;
import io.forestage.weights.Gpt2Table;
import io.forestage.weights.StoredType;
import io.forestage.weights.TensorEntry;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code import}: copies GPT-2's tables from any source into a slim model folder. */
@Command(
        name = "import",
        description = "Copy a model's wte and wpe into a slim model folder.",
        footerHeading = "%nExamples:%n",
        footer = {
            "  forestage import gpt2 --model models/gpt2",
            "  forestage import --whole gpt2 --model models/gpt2",
            "  forestage import pytorch_model.bin --model models/mine"
        })
final class ImportCommand implements Callable<Integer> {

    @Spec private CommandSpec spec;

    @Parameters(
            paramLabel = "SOURCE",
            arity = "0..1",
            description = {
                "A weight file (safetensors, PyTorch, TensorFlow's .index, .npz, .npy, GGUF,"
                    + " llm.c's .bin, or the .index.json of shards), a folder of such files, or a"
                    + " model on the hub: gpt2, gpt2-medium, gpt2-large, gpt2-xl, distilgpt2 or"
                    + " OWNER/NAME, optionally with @REVISION."
            })
    private @Nullable String source;

    @Mixin private FromWords words;

    @Option(
            names = "--model",
            paramLabel = "DIR",
            required = true,
            description = "The model folder to write.")
    private Path model;

    @Option(names = "--force", description = "Replace an existing model.")
    private boolean force;

    @Option(
            names = "--dtype",
            paramLabel = "keep|float32|float16",
            defaultValue = "keep",
            description = "The element type to write: keep (default), float32 or float16.")
    private StoredType type;

    @Option(
            names = "--cut-padding",
            description = "Remove the rows that llm.c adds to wte beyond the vocabulary.")
    private boolean cutPadding;

    @Option(
            names = "--whole",
            description =
                    "Keep the transformer blocks too, for generate. Of a model on the hub all"
                            + " weights are fetched.")
    private boolean whole;

    @Mixin private ModelOption.TableOption tables;

    @Mixin private ResultFormat format;

    @Override
    public Integer call() throws IOException {
        PrintWriter out = spec.commandLine().getOut();
        if (words.isGiven() == (source != null)) {
            throw new ParameterException(
                    spec.commandLine(),
                    "SOURCE: expected a model or --from-words FILE, found %s"
                            .formatted(source == null ? "neither" : "both"));
        }
        if (!words.isGiven() && words.hasOthers()) {
            throw new ParameterException(
                    spec.commandLine(),
                    "--positions and --seed: expected --from-words FILE too, found a model; leave"
                            + " them out");
        }
        if (source == null) {
            words.run(model, force, type, format, out);
            return 0;
        }
        ImportReport report;
        try (DownloadBar bar = DownloadBar.onStandardError()) {
            report =
                    new ImportSource(source, System.getenv(), bar, this::warn)
                            .importInto(model, options());
        }
        if (format.isJson()) {
            out.println(PrintableText.json(json(report)));
        } else {
            new ImportPrinter(out).print(report);
        }
        return 0;
    }

    private void warn(String warning) {
        spec.commandLine().getErr().println("forestage: " + warning);
    }

    private ImportOptions options() {
        ImportOptions options =
                ImportOptions.defaults().withStoredType(type).withTableNames(tables.names());
        options = force ? options.withForce() : options;
        options = whole ? options.withWhole() : options;
        return cutPadding ? options.withPaddingCut() : options;
    }

    private static Map<String, Object> json(ImportReport report) {
        Map<String, Object> json = new LinkedHashMap<>();
        json.put("model", report.target().toString());
        json.put("loaded", report.loaded().stream().map(ImportCommand::json).toList());
        json.put("blocks", report.blocks().stream().map(ImportCommand::json).toList());
        json.put("left_out", report.unused().size() + report.unopened().size());
        json.put("left_out_bytes", report.unusedBytes());
        json.put("cut_rows", report.cutRows());
        json.put("missing", report.missing());
        json.put("sha256", report.sha256());
        json.put("notes", report.notes());
        json.put("files", report.files());
        return json;
    }

    private static Map<String, Object> json(TensorEntry tensor) {
        Map<String, Object> entry = new LinkedHashMap<>();
        entry.put("name", tensor.name());
        entry.put("type", tensor.type().name());
        entry.put("shape", tensor.shape());
        entry.put("bytes", tensor.byteSize());
        return entry;
    }

    /** Prints what an import loaded, left out and wrote. */
    private record ImportPrinter(PrintWriter out) {

        void print(ImportReport report) {
            for (TensorEntry table : report.loaded()) {
                out.printf(
                        "loaded    %s %s %s, %s%n",
                        Quoted.whole(table.name()),
                        table.type(),
                        table.shape(),
                        ByteCount.of(table.byteSize()));
            }
            List<TensorEntry> blocks = report.blocks();
            if (!blocks.isEmpty()) {
                out.printf(
                        "loaded    %s of the transformer blocks, %s%n",
                        tensors(blocks.size()),
                        ByteCount.of(blocks.stream().mapToLong(TensorEntry::byteSize).sum()));
            }
            out.printf(
                    "left out  %s, %s%s%n",
                    tensors(report.unused().size()),
                    ByteCount.of(report.unusedBytes()),
                    report.unopened().isEmpty()
                            ? ""
                            : "; %s in files that were not opened"
                                    .formatted(tensors(report.unopened().size())));
            if (report.cutRows() > 0) {
                out.printf("cut       %d rows of padding%n", report.cutRows());
            }
            out.printf(
                    "missing   %s%n",
                    report.missing().isEmpty() ? "nothing" : String.join(", ", report.missing()));
            for (Gpt2Table table : Gpt2Table.values()) {
                String sum = report.sha256().get(table.tensorName());
                if (sum != null) {
                    out.printf("sha256    %s %s%n", sum, table.tensorName());
                }
            }
            report.notes().forEach(note -> out.printf("note      %s%n", Quoted.whole(note)));
            out.printf(
                    "wrote     %s: %s%n",
                    Quoted.whole(report.target().toString()),
                    Quoted.whole(String.join(", ", report.files())));
        }

        private static String tensors(int count) {
            return count == 1 ? "1 tensor" : count + " tensors";
        }
    }
}
