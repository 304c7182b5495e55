package io.forestage.cli.console;

import io.forestage.model.LoadOptions;
import io.forestage.tokens.SpecialTokens;
import io.forestage.weights.TableNames;
import java.nio.file.Files;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** The model that a command reads: that of --model, or else the imported GPT-2, or else nano. */
public final class ModelOption {

    @Option(
            names = "--model",
            paramLabel = "DIR",
            description = "The model folder. Default: models/gpt2 if it exists, else models/nano.")
    private @Nullable Path model;

    @Mixin private CopyFlag copy;

    @Mixin private TableOption tables;

    /** Returns how to load the model's tables. */
    public LoadOptions options() {
        return copy.options().withTableNames(tables.names());
    }

    /** Returns whether --model was given. */
    public boolean isGiven() {
        return model != null;
    }

    /** Returns the folder given, or GPT-2's own if it was imported, or nano. */
    public Path folder() {
        if (model != null) {
            return model;
        }
        // scripts/forestage sets the project's folder.
        Path models = Path.of(System.getProperty("forestage.home", "")).resolve("models");
        Path imported = models.resolve("gpt2");
        return Files.isDirectory(imported) ? imported : models.resolve("nano");
    }

    /** The option --copy of commands that load a model. */
    public static final class CopyFlag {

        @Option(
                names = "--copy",
                description =
                        "Read the tables into memory instead of mapping the file. Then other"
                                + " programs may overwrite the file.")
        private boolean copy;

        /** Returns the options for frozen tables, mapped or copied. */
        public LoadOptions options() {
            return copy ? LoadOptions.frozen().copied() : LoadOptions.frozen();
        }
    }

    /** The options --wte and --wpe of commands that look for the tables. */
    public static final class TableOption {

        @Option(
                names = "--wte",
                paramLabel = "NAME",
                description =
                        "The name of the token table's tensor, as 'inspect' shows it. Default: the"
                                + " names of known models.")
        private @Nullable String wte;

        @Option(
                names = "--wpe",
                paramLabel = "NAME",
                description = "The name of the position table's tensor, likewise.")
        private @Nullable String wpe;

        public TableNames names() {
            return new TableNames(wte, wpe);
        }
    }

    /** The option --special of commands that tokenize. */
    public static final class SpecialFlag {

        @Option(
                names = "--special",
                description =
                        "Treat special tokens in a text, such as <|endoftext|>, as these tokens,"
                                + " not as text.")
        private boolean special;

        /** Returns what a special token's spelling inside a text means. */
        public SpecialTokens meaning() {
            return special ? SpecialTokens.RECOGNIZED : SpecialTokens.AS_TEXT;
        }
    }
}
