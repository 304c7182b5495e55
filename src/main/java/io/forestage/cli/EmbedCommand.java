package io.forestage.cli;

import io.forestage.Embeddings;
import io.forestage.InputStage;
import io.forestage.cli.console.ModelOption;
import io.forestage.cli.console.ResultFormat;
import io.forestage.cli.console.TextInput;
import io.forestage.cli.corpus.LinesCommand;
import io.forestage.cli.corpus.LinesOptions;
import io.forestage.cli.corpus.LongTexts;
import io.forestage.model.LoadOptions;
import io.forestage.model.PositionKind;
import io.forestage.tokens.TextTokenizer;
import io.forestage.tokens.TokenBatch;
import io.forestage.tokens.TooLongException;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code embed}: text or ids to the vectors that GPT-2's first block reads. */
@Command(
        name = "embed",
        description = "Turn text or ids into the vectors that GPT-2's first block reads.",
        footerHeading = "%nExamples:%n",
        footer = {
            "  forestage embed \"The king greeted the queen.\"",
            "  forestage embed --ids \"15496,995;0\" --output vectors.safetensors",
            "  forestage embed --lines texts.txt --pooling mean --output vectors.parquet"
        })
final class EmbedCommand implements Callable<Integer> {

    @Spec private CommandSpec spec;

    @Mixin private TextInput.Whole source;

    @Mixin private ModelOption model;

    @Mixin private ModelOption.SpecialFlag special;

    @Mixin private LongTexts longTexts;

    @Mixin private LinesOptions lines;

    @Option(
            names = "--positions",
            paramLabel = "learned|sinusoidal|none",
            description =
                    "The positions added to the token vectors. Default: those of config.json.")
    private @Nullable PositionKind positions;

    @Option(
            names = "--ids",
            paramLabel = "IDS",
            description = "Ids instead of texts, such as \"1,2;3,4\". A ; separates rows.")
    private @Nullable String ids;

    @Option(
            names = "--output",
            paramLabel = "FILE",
            description =
                    "Write FILE.safetensors (ids, mask, positions, embeddings) or FILE.npy"
                            + " (embeddings) instead of a table.")
    private @Nullable Path output;

    @Mixin private ResultFormat format;

    @Override
    public Integer call() throws IOException {
        if (lines.areChosen()) {
            return embedLines();
        }
        if (lines.misplaced() != null) {
            throw usage(
                    "%s: expected with --lines, found without it; add --lines and name files with a text a line"
                            .formatted(lines.misplaced()));
        }
        requireOneKindOfInput();
        requireKnownOutput();
        List<long[]> rows = ids == null ? List.of() : rows(ids);
        List<String> texts = ids == null ? source.read() : List.of();
        LoadOptions options = loadOptions();
        if (ids != null) {
            options = options.withIdsOnly();
        }
        Path folder = model.folder();
        try (InputStage stage = InputStage.load(folder, options, null);
                Embeddings embeddings = embed(stage, texts, rows)) {
            warnIfRandom(folder, stage);
            TextTokenizer tokenizer = stage.hasTokenizer() ? stage.tokenizer() : null;
            PrintWriter out = spec.commandLine().getOut();
            if (output == null && format.isJson()) {
                new EmbeddingsJson(tokenizer, out).print(texts, embeddings);
            } else if (output == null) {
                new EmbeddingsTable(tokenizer, out).print(texts, embeddings);
            } else {
                embeddings.write(output);
            }
        }
        return 0;
    }

    private int embedLines() throws IOException {
        if (ids != null) {
            throw usage("--ids: expected ids or lines, found both; leave one out");
        }
        LinesCommand command = linesCommand();
        PrintWriter err = spec.commandLine().getErr();
        if (command.isDone(err)) {
            return 0;
        }
        LinesCommand.useThreadsForLines();
        Path folder = model.folder();
        try (InputStage stage = InputStage.load(folder, loadOptions(), null)) {
            warnIfRandom(folder, stage);
            command.run(stage, folder, spec.commandLine().getOut(), err);
        }
        return 0;
    }

    private LinesCommand linesCommand() {
        List<String> files = new ArrayList<>(source.arguments());
        if (source.file() != null) {
            files.add(0, source.file().toString());
        }
        try {
            return new LinesCommand(lines, output, files, longTexts.handling(), special.meaning());
        } catch (IllegalArgumentException wrong) {
            throw usage(String.valueOf(wrong.getMessage()));
        }
    }

    private LoadOptions loadOptions() {
        LoadOptions options = model.options();
        return positions == null ? options : options.withPositionKind(positions);
    }

    private Embeddings embed(InputStage stage, List<String> texts, List<long[]> rows) {
        if (rows.isEmpty()) {
            try {
                return stage.embed(
                        texts,
                        stage.batchOptions()
                                .withSpecialTokens(special.meaning())
                                .withOnTooLong(longTexts.handling()));
            } catch (TooLongException failure) {
                throw LongTexts.named(source.name(failure.text()), failure);
            }
        }
        return stage.embed(
                TokenBatch.of(
                        rows,
                        stage.batchOptions().paddingSide(),
                        stage.batchOptions().paddingId()));
    }

    private void requireOneKindOfInput() {
        if (ids == null && source.isEmpty()) {
            throw usage("expected texts or ids to embed, found none; add TEXT, -, --file or --ids");
        }
        if (ids != null && !source.isEmpty()) {
            throw usage("--ids: expected ids or texts, found both; leave one out");
        }
    }

    private void requireKnownOutput() {
        if (output != null
                && !output.toString().endsWith(".safetensors")
                && !output.toString().endsWith(".npy")) {
            throw usage(
                    "--output: expected FILE.safetensors or FILE.npy, found %s".formatted(output));
        }
    }

    private List<long[]> rows(String text) {
        try {
            return parseRows(text);
        } catch (IllegalArgumentException e) {
            throw usage("--ids: " + e.getMessage());
        }
    }

    private void warnIfRandom(Path folder, InputStage stage) {
        if (stage.report().randomSeed().isPresent()) {
            PrintWriter err = spec.commandLine().getErr();
            err.printf(
                    "forestage: %s has no weights: its tables are random, N(0, %s) with seed"
                            + " %d%n",
                    folder,
                    stage.config().initializerRange(),
                    stage.report().randomSeed().getAsInt());
        }
    }

    private ParameterException usage(String problem) {
        return new ParameterException(spec.commandLine(), problem);
    }

    private static List<long[]> parseRows(String text) {
        List<long[]> rows = new ArrayList<>();
        String[] parts = text.split(";", -1);
        for (int row = 0; row < parts.length; row++) {
            rows.add(parseRow(row, parts[row]));
        }
        return rows;
    }

    private static long[] parseRow(int row, String text) {
        if (text.isBlank()) {
            return new long[0];
        }
        String[] words = text.split(",", -1);
        long[] ids = new long[words.length];
        for (int i = 0; i < words.length; i++) {
            try {
                ids[i] = Long.parseLong(words[i].strip());
            } catch (NumberFormatException e) {
                throw new IllegalArgumentException(
                        "row %d, column %d: expected an integer, found \"%s\""
                                .formatted(row, i, words[i].strip()),
                        e);
            }
        }
        return ids;
    }
}
