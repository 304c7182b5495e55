package io.forestage.cli;

import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.OutputStream;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.ScopeType;

/** The command line: {@code forestage COMMAND}. */
@Command(
        name = "forestage",
        description = "GPT-2's input stage: text to token ids to embeddings.",
        versionProvider = Version.class,
        mixinStandardHelpOptions = true,
        scope = ScopeType.INHERIT,
        synopsisSubcommandLabel = "COMMAND",
        subcommands = {
            TokenizeCommand.class,
            EmbedCommand.class,
            NearestCommand.class,
            ImportCommand.class,
            VerifyCommand.class,
            ExportCommand.class,
            ServeConfigCommand.class,
            InspectCommand.class,
            TrainCommand.class,
            ClassifyTextsCommand.class,
            EvaluateCommand.class
        })
public final class Forestage {

    @Option(
            names = "--verbose",
            description = "Show the stack trace of a failure.",
            scope = ScopeType.INHERIT)
    private boolean verbose;

    private Forestage() {}

    /**
     * Runs a command and ends the process with 0, 1 for a failure or 2 for wrong usage.
     *
     * @param args the command's words
     */
    public static void main(String[] args) {
        // DJL reads these when its engine starts: no call home, no download, no log of its own.
        System.setProperty("OPT_OUT_TRACKING", "true");
        System.setProperty("ai.djl.offline", "true");
        // A training's curve is drawn into a file.
        System.setProperty("java.awt.headless", "true");
        System.setProperty("org.slf4j.simpleLogger.defaultLogLevel", "off");
        int status =
                run(
                        new FileOutputStream(FileDescriptor.out),
                        new FileOutputStream(FileDescriptor.err),
                        args);
        System.exit(status);
    }

    /** Runs a command and gives the status its process would end with. */
    static int run(OutputStream standardOutput, OutputStream standardError, String... args) {
        ResultStream results = new ResultStream(standardOutput);
        PrintWriter out = new PrintWriter(results, false, StandardCharsets.UTF_8);
        PrintWriter err = new PrintWriter(standardError, true, StandardCharsets.UTF_8);
        Forestage forestage = new Forestage();
        CommandLine line =
                new CommandLine(forestage)
                        .setOut(out)
                        .setErr(err)
                        .setExpandAtFiles(false) // @name in a text is text
                        .setCaseInsensitiveEnumValuesAllowed(true)
                        .setParameterExceptionHandler(Failures::usage)
                        .setExecutionExceptionHandler(
                                (failure, command, parsed) ->
                                        Failures.report(failure, err, forestage.verbose));
        int status;
        try {
            status = line.execute(args);
        } catch (OutOfMemoryError e) {
            status = Failures.report(e, err, forestage.verbose);
        }
        out.flush();
        return status == 0 ? Failures.reportLost(results, err) : status;
    }
}
