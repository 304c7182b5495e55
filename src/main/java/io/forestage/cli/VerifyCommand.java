package io.forestage.cli;

import io.forestage.cli.console.PrintableText;
import io.forestage.cli.console.ResultFormat;
import io.forestage.model.ModelVerification;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code verify}: compares a model's tables with their recorded checksums. */
@Command(
        name = "verify",
        description =
                "Compute the SHA-256 of each table's float32 values and compare it with the one"
                        + " that 'import' recorded.",
        footerHeading = "%nExamples:%n",
        footer = "  forestage verify models/gpt2")
final class VerifyCommand implements Callable<Integer> {

    @Spec private CommandSpec spec;

    @Parameters(paramLabel = "DIR", description = "A model folder or a weight file.")
    private Path model;

    @Mixin private ResultFormat format;

    @Override
    public Integer call() throws IOException {
        ModelVerification verification = ModelVerification.of(model);
        PrintWriter out = spec.commandLine().getOut();
        if (format.isJson()) {
            out.println(PrintableText.json(json(verification)));
        } else {
            print(verification, out);
        }
        if (!verification.differing().isEmpty()) {
            throw new IOException(
                    "%s: expected the checksums of %s in provenance.json, found others; import the model again"
                            .formatted(model, String.join(" and ", verification.differing())));
        }
        return 0;
    }

    private static void print(ModelVerification verification, PrintWriter out) {
        verification
                .found()
                .forEach(
                        (table, sha256) ->
                                out.printf(
                                        "%s sha256 %s %s%n",
                                        table, sha256, verdict(verification, table)));
    }

    private static Map<String, Object> json(ModelVerification verification) {
        List<Map<String, Object>> tables = new ArrayList<>();
        verification
                .found()
                .forEach(
                        (table, sha256) -> {
                            Map<String, Object> entry = new LinkedHashMap<>();
                            entry.put("name", table);
                            entry.put("sha256", sha256);
                            entry.put("recorded", verification.recorded().get(table));
                            tables.add(entry);
                        });
        Map<String, Object> json = new LinkedHashMap<>();
        json.put("tables", tables);
        json.put("differing", verification.differing());
        return json;
    }

    private static String verdict(ModelVerification verification, String table) {
        String recorded = verification.recorded().get(table);
        if (recorded == null) {
            return "(none recorded)";
        }
        return recorded.equals(verification.found().get(table)) ? "as recorded" : "CHANGED";
    }
}
