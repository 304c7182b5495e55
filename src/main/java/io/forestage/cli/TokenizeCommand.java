package io.forestage.cli;

import io.forestage.cli.console.ModelOption;
import io.forestage.cli.console.PrintableText;
import io.forestage.cli.console.TextInput;
import io.forestage.cli.console.TextTable;
import io.forestage.model.ModelFolder;
import io.forestage.tokens.SpecialTokens;
import io.forestage.tokens.TextTokenizer;
import io.forestage.tokens.TokenSequence;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code tokenize}: text to token ids. */
@Command(
        name = "tokenize",
        description = "Turn text into token ids.",
        footerHeading = "%nExamples:%n",
        footer = {
            "  forestage tokenize \"Hello world\"",
            "  forestage tokenize --format ids --file book.txt"
        })
final class TokenizeCommand implements Callable<Integer> {

    @Spec private CommandSpec spec;

    @Mixin private TextInput.Whole source;

    @Option(
            names = "--format",
            defaultValue = "table",
            paramLabel = "table|ids|json",
            description = "table (default); ids: one line per text; json: one object per line.")
    private Format format;

    @Option(
            names = "--model",
            paramLabel = "DIR",
            description =
                    "The model folder, or a weight file in it, whose tokenizer is used. Default:"
                            + " GPT-2's own.")
    private @Nullable Path model;

    @Mixin private ModelOption.SpecialFlag special;

    @Option(
            names = "--count",
            description =
                    "Print how many texts, characters, bytes, words and tokens there are, in place"
                            + " of the tokens.")
    private boolean count;

    @Override
    public Integer call() throws IOException {
        if (source.isEmpty()) {
            throw new ParameterException(
                    spec.commandLine(),
                    "expected a text to tokenize, found none; add TEXT, - or --file");
        }
        if (count && format == Format.IDS) {
            throw new ParameterException(
                    spec.commandLine(), "--format: expected table or json with --count, found ids");
        }
        SpecialTokens meaning = special.meaning();
        List<String> texts = source.read();
        PrintWriter out = spec.commandLine().getOut();
        Printer printer = new Printer(out);
        try (TextTokenizer tokenizer = tokenizer()) {
            List<TokenSequence> tokens = tokenizer.encodeAll(texts, meaning);
            if (count) {
                TokenCounts.of(texts, tokens).print(format == Format.JSON, out);
                return 0;
            }
            for (int i = 0; i < texts.size(); i++) {
                if (i > 0 && format == Format.TABLE) {
                    out.println();
                }
                printer.print(format, texts.get(i), tokens.get(i));
            }
        }
        return 0;
    }

    private TextTokenizer tokenizer() throws IOException {
        return model == null ? TextTokenizer.gpt2() : ModelFolder.tokenizerOf(model);
    }

    /** Prints a text's tokens in one of the formats. */
    private static final class Printer {

        private final PrintWriter out;

        Printer(PrintWriter out) {
            this.out = out;
        }

        void print(Format format, String text, TokenSequence tokens) {
            switch (format) {
                case TABLE -> printTable(text, tokens);
                case IDS ->
                        out.println(
                                Arrays.stream(tokens.ids())
                                        .mapToObj(Long::toString)
                                        .collect(Collectors.joining(" ")));
                case JSON -> out.println(PrintableText.json(json(tokens)));
            }
        }

        private void printTable(String text, TokenSequence tokens) {
            TextTable table =
                    new TextTable(
                            List.of(
                                    TextTable.Align.RIGHT,
                                    TextTable.Align.LEFT,
                                    TextTable.Align.RIGHT,
                                    TextTable.Align.RIGHT),
                            List.of("id", "token", "start", "end"));
            long[] ids = tokens.ids();
            for (int i = 0; i < ids.length; i++) {
                table.add(
                        List.of(
                                Long.toString(ids[i]),
                                PrintableText.of(text, tokens, i),
                                Integer.toString(tokens.start(i)),
                                Integer.toString(tokens.end(i))));
            }
            table.print(out);
        }

        private static Map<String, Object> json(TokenSequence tokens) {
            Map<String, Object> line = new LinkedHashMap<>();
            line.put("ids", tokens.ids());
            line.put("tokens", tokens.tokens());
            line.put(
                    "offsets",
                    IntStream.range(0, tokens.size())
                            .mapToObj(i -> new int[] {tokens.start(i), tokens.end(i)})
                            .toList());
            return line;
        }
    }

    /** How tokens are printed. */
    private enum Format {
        TABLE,
        IDS,
        JSON
    }
}
