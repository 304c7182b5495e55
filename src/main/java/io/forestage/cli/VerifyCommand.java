package io.forestage.cli;

import io.forestage.model.ModelVerification;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code verify}: compares a model's tables with their recorded checksums. */
@Command(
        name = "verify",
        description =
                "Compute the SHA-256 of each table's float32 values and compare it with the one"
                        + " that 'import' recorded.")
final class VerifyCommand implements Callable<Integer> {

    @Spec private CommandSpec spec;

    @Parameters(paramLabel = "DIR", description = "A model folder or a weight file.")
    private Path model;

    @Override
    public Integer call() throws IOException {
        ModelVerification verification = ModelVerification.of(model);
        PrintWriter out = spec.commandLine().getOut();
        verification
                .found()
                .forEach(
                        (table, sha256) ->
                                out.printf(
                                        "%s sha256 %s %s%n",
                                        table, sha256, verdict(verification, table)));
        if (!verification.differing().isEmpty()) {
            throw new IOException(
                    "%s: expected the checksums of %s in provenance.json, found others; import the model again"
                            .formatted(model, String.join(" and ", verification.differing())));
        }
        return 0;
    }

    private static String verdict(ModelVerification verification, String table) {
        String recorded = verification.recorded().get(table);
        if (recorded == null) {
            return "(none recorded)";
        }
        return recorded.equals(verification.found().get(table)) ? "as recorded" : "CHANGED";
    }
}
