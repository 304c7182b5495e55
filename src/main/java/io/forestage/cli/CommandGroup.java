package io.forestage.cli;

import java.util.Locale;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** A command that only has commands: alone it asks for one of them. */
abstract class CommandGroup implements Runnable {

    @Spec private CommandSpec spec;

    @Override
    public final void run() {
        String kind = spec.usageMessage().synopsisSubcommandLabel().toLowerCase(Locale.ROOT);
        throw new ParameterException(
                spec.commandLine(),
                "expected a " + kind + ": " + String.join(", ", spec.subcommands().keySet()));
    }
}
