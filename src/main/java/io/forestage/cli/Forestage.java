package io.forestage.cli;

import io.forestage.cli.generate.GenerateCommand;
import io.forestage.cli.plot.PlotCommand;
import io.forestage.cli.train.ClassifyTextsCommand;
import io.forestage.cli.train.TrainCommand;
import io.forestage.cli.words.EvaluateCommand;
import io.forestage.cli.words.NearestCommand;
import io.forestage.cli.words.SimilarityCommand;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.FilterOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;
import picocli.AutoComplete.GenerateCompletion;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.IVersionProvider;
import picocli.CommandLine.Option;
import picocli.CommandLine.ScopeType;

/** The command line: {@code forestage COMMAND}. */
@Command(
        name = "forestage",
        description = "GPT-2's input stage: text to token ids to embeddings.",
        versionProvider = Forestage.Version.class,
        mixinStandardHelpOptions = true,
        scope = ScopeType.INHERIT,
        synopsisSubcommandLabel = "COMMAND",
        subcommands = {
            TokenizeCommand.class,
            DecodeCommand.class,
            EmbedCommand.class,
            GenerateCommand.class,
            NearestCommand.class,
            SimilarityCommand.class,
            ImportCommand.class,
            VerifyCommand.class,
            ExportCommand.class,
            ServeConfigCommand.class,
            InspectCommand.class,
            TrainCommand.class,
            ClassifyTextsCommand.class,
            EvaluateCommand.class,
            PlotCommand.class,
            GenerateCompletion.class
        })
public final class Forestage {

    @Option(
            names = "--verbose",
            description = "Show the stack trace of a failure.",
            scope = ScopeType.INHERIT)
    private boolean verbose;

    private Forestage() {}

    /**
     * Runs a command and exits with status 0, 1 for a failure or 2 for wrong usage.
     *
     * @param args the command line
     */
    public static void main(String[] args) {
        // Read when DJL's engine starts: no telemetry and no download.
        System.setProperty("OPT_OUT_TRACKING", "true");
        System.setProperty("ai.djl.offline", "true");
        // Training curves are drawn to files, so that no display is needed.
        System.setProperty("java.awt.headless", "true");
        System.setProperty("org.slf4j.simpleLogger.defaultLogLevel", "off");
        int status =
                run(
                        new FileOutputStream(FileDescriptor.out),
                        new FileOutputStream(FileDescriptor.err),
                        args);
        System.exit(status);
    }

    /** Runs a command and returns its exit status. */
    static int run(OutputStream standardOutput, OutputStream standardError, String... args) {
        ResultStream results = new ResultStream(standardOutput);
        PrintWriter out = new PrintWriter(results, false, StandardCharsets.UTF_8);
        PrintWriter err = new PrintWriter(standardError, true, StandardCharsets.UTF_8);
        CommandLine line =
                commandLine()
                        .setOut(out)
                        .setErr(err)
                        .setParameterExceptionHandler(Failures::usage)
                        .setExecutionExceptionHandler(
                                (failure, command, parsed) ->
                                        Failures.report(failure, err, isVerbose(command)));
        int status;
        try {
            status = line.execute(args);
        } catch (OutOfMemoryError e) {
            status = Failures.report(e, err, isVerbose(line));
        }
        out.flush();
        return status == 0 ? Failures.reportLost(results.failure(), err) : status;
    }

    /** Returns the commands with their options. */
    static CommandLine commandLine() {
        CommandLine line =
                new CommandLine(new Forestage())
                        .setExpandAtFiles(false) // @name in a text is text
                        .setCaseInsensitiveEnumValuesAllowed(true);
        // For a shell's start file, which needs no place among the commands.
        line.getSubcommands()
                .forEach(
                        (name, command) ->
                                command.getCommandSpec()
                                        .usageMessage()
                                        .hidden(name.equals("generate-completion")));
        return line;
    }

    private static boolean isVerbose(CommandLine line) {
        CommandLine root = line;
        while (root.getParent() != null) {
            root = root.getParent();
        }
        return root.<Forestage>getCommand().verbose;
    }

    /** Reads the version from the jar's manifest. */
    static final class Version implements IVersionProvider {

        @Override
        public String[] getVersion() {
            String version = Version.class.getPackage().getImplementationVersion();
            return new String[] {"forestage " + (version == null ? "(unpackaged)" : version)};
        }
    }

    /** Standard output that keeps its first exception, which a {@link PrintWriter} swallows. */
    private static final class ResultStream extends FilterOutputStream {

        private @Nullable IOException failure;

        ResultStream(OutputStream out) {
            super(out);
        }

        /** Returns the first exception, or null if everything was written. */
        @Nullable IOException failure() {
            return failure;
        }

        @Override
        public void write(int value) throws IOException {
            write(new byte[] {(byte) value}, 0, 1);
        }

        @Override
        public void write(byte[] bytes, int offset, int length) throws IOException {
            try {
                out.write(bytes, offset, length);
            } catch (IOException e) {
                failure = failure == null ? e : failure;
                throw e;
            }
        }
    }
}
