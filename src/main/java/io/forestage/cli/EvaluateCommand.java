package io.forestage.cli;

import io.forestage.cli.console.CommandGroup;
import io.forestage.cli.console.ModelOption;
import io.forestage.cli.console.TextTable;
import io.forestage.support.Quoted;
import io.forestage.training.skipgram.WordSimilarity;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code evaluate}: measures a model's vectors. */
@Command(
        name = "evaluate",
        description = "Evaluate a model's vectors.",
        synopsisSubcommandLabel = "MEASURE",
        subcommands = EvaluateCommand.SimilarityCommand.class)
final class EvaluateCommand extends CommandGroup {

    /** {@code evaluate similarity}: compares cosines with people's ratings of similarity. */
    @Command(
            name = "similarity",
            description =
                    "Compute Spearman's rank correlation of cosines and people's ratings of word"
                            + " pairs. Words must be one token with the space before them; other"
                            + " pairs are left out.")
    static final class SimilarityCommand implements Callable<Integer> {

        @Spec private CommandSpec spec;

        @Mixin private ModelOption model;

        @Parameters(
                paramLabel = "FILE",
                arity = "1..*",
                description = "Lines of two words and a score, separated by tabs or spaces.")
        private List<Path> files;

        @Override
        public Integer call() throws IOException {
            Path folder = model.folder();
            List<WordSimilarity> results = WordSimilarity.evaluate(folder, files, model.options());
            TextTable table =
                    new TextTable(
                            List.of(
                                    TextTable.Align.LEFT,
                                    TextTable.Align.RIGHT,
                                    TextTable.Align.RIGHT,
                                    TextTable.Align.RIGHT,
                                    TextTable.Align.RIGHT,
                                    TextTable.Align.RIGHT),
                            List.of(
                                    "file",
                                    "pairs",
                                    "used",
                                    "untrained",
                                    "Spearman",
                                    "random vectors"));
            for (int i = 0; i < results.size(); i++) {
                WordSimilarity result = results.get(i);
                table.add(
                        List.of(
                                Quoted.whole(String.valueOf(files.get(i).getFileName())),
                                Integer.toString(result.pairs()),
                                Integer.toString(result.used()),
                                Integer.toString(result.untrained()),
                                String.format(Locale.ROOT, "%.3f", result.correlation()),
                                String.format(Locale.ROOT, "0 ± %.3f", result.random())));
            }
            table.print(spec.commandLine().getOut());
            return 0;
        }
    }
}
