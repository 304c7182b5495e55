package io.forestage.cli;

import io.forestage.model.LoadOptions;
import picocli.CommandLine.Option;

/** Whether a command that loads a model maps its tables or copies them. */
final class CopyFlag {

    @Option(
            names = "--copy",
            description =
                    "Read the tables into memory instead of mapping the file, which others may then"
                            + " overwrite meanwhile.")
    private boolean copy;

    /** The options of an inference. */
    LoadOptions options() {
        return copy ? LoadOptions.frozen().copied() : LoadOptions.frozen();
    }
}
