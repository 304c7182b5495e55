package io.forestage.cli;

import io.forestage.training.TextClassifier;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code classify}: texts to the labels of a trained classifier. */
@Command(
        name = "classify",
        description = "Tell the class of texts, by a model that train classify has written.")
final class ClassifyTextsCommand implements Callable<Integer> {

    @Spec private CommandSpec spec;

    @Mixin private LineSource source;

    @Option(
            names = "--model",
            paramLabel = "DIR",
            required = true,
            description = "The model folder of a classifier.")
    private Path model;

    @Mixin private CopyFlag copy;

    @Option(
            names = "--format",
            defaultValue = "table",
            paramLabel = "table|tsv|json",
            description =
                    "table (default); tsv: label or labels, the first one's probability, text,"
                            + " escaped; json, one object a line with all probabilities.")
    private ClassFormat format;

    @Override
    public Integer call() throws IOException {
        if (source.isEmpty()) {
            throw new ParameterException(
                    spec.commandLine(), "nothing to classify: give a TEXT, - or --file");
        }
        List<String> texts = source.read();
        try (TextClassifier classifier = TextClassifier.load(model, copy.options())) {
            new ClassPrinter(spec.commandLine().getOut(), classifier.hasSeveralLabels())
                    .print(format, texts, classifier.classify(texts));
        }
        return 0;
    }
}
