package io.forestage.cli.console;

import java.util.Locale;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** A command with subcommands only; to call it without one is wrong usage. */
public abstract class CommandGroup implements Runnable {

    @Spec private CommandSpec spec;

    @Override
    public final void run() {
        String kind = spec.usageMessage().synopsisSubcommandLabel().toLowerCase(Locale.ROOT);
        throw new ParameterException(
                spec.commandLine(),
                "%s: expected a %s (%s), found none"
                        .formatted(
                                spec.name(), kind, String.join(", ", spec.subcommands().keySet())));
    }
}
