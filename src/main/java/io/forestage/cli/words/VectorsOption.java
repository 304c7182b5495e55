package io.forestage.cli.words;

import io.forestage.InputStage;
import io.forestage.cli.console.ModelOption;
import io.forestage.model.PositionKind;
import io.forestage.words.WordVectors;
import java.io.IOException;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** Where a command's words and vectors are: a model, or a file of word vectors. */
public final class VectorsOption {

    @Spec(Spec.Target.MIXEE)
    private CommandSpec spec;

    @Mixin private ModelOption model;

    @Option(
            names = "--vectors",
            paramLabel = "FILE",
            description =
                    "A file of word vectors in place of a model: word2vec's .bin or .txt, GloVe's"
                            + " .txt or fastText's .vec, also compressed (.gz).")
    private @Nullable Path file;

    /** Opens the words. */
    public OpenVectors open() throws IOException {
        if (file != null && model.isGiven()) {
            throw new ParameterException(
                    spec.commandLine(), "expected --model or --vectors, found both; leave one out");
        }
        if (file != null) {
            return new OpenVectors(WordVectors.open(file), null);
        }
        InputStage stage =
                InputStage.load(
                        model.folder(), model.options().withPositionKind(PositionKind.NONE), null);
        try {
            return new OpenVectors(WordVectors.of(stage), stage);
        } catch (RuntimeException e) {
            stage.close();
            throw e;
        }
    }
}
