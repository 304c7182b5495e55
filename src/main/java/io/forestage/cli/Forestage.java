package io.forestage.cli;

import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.PrintStream;
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
            ImportCommand.class,
            InspectCommand.class
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
        System.setProperty("org.slf4j.simpleLogger.defaultLogLevel", "off");
        int status =
                run(standardStream(FileDescriptor.out), standardStream(FileDescriptor.err), args);
        System.exit(status);
    }

    /** Runs a command and gives the status its process would end with. */
    static int run(PrintStream out, PrintStream err, String... args) {
        Forestage forestage = new Forestage();
        PrintWriter outWriter = new PrintWriter(out, false, StandardCharsets.UTF_8);
        PrintWriter errWriter = new PrintWriter(err, true, StandardCharsets.UTF_8);
        CommandLine line =
                new CommandLine(forestage)
                        .setOut(outWriter)
                        .setErr(errWriter)
                        .setCaseInsensitiveEnumValuesAllowed(true)
                        .setParameterExceptionHandler(Failures::usage)
                        .setExecutionExceptionHandler(
                                (failure, command, parsed) ->
                                        Failures.report(failure, errWriter, forestage.verbose));
        int status = line.execute(args);
        outWriter.flush();
        errWriter.flush();
        return status;
    }

    private static PrintStream standardStream(FileDescriptor descriptor) {
        return new PrintStream(new FileOutputStream(descriptor), false, StandardCharsets.UTF_8);
    }
}
