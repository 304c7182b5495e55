package io.forestage.training;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import io.forestage.model.ModelConfig;
import io.forestage.model.PositionKind;
import io.forestage.tokens.TextTokenizer;
import io.forestage.weights.RowSource;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.Random;
import java.util.stream.IntStream;

/** Small networks, and data for them. */
final class TestNetworks {

    static final int VOCABULARY = 97;
    static final int CONTEXT = 6;
    private static final int WIDTH = 8;

    private TestNetworks() {}

    static LanguageModelNetwork languageModel(LanguageModelOptions options) throws IOException {
        NDManager manager = NDManager.newBaseManager("PyTorch");
        ModelConfig config =
                new ModelConfig(
                        VOCABULARY,
                        CONTEXT,
                        WIDTH,
                        0,
                        0.02,
                        PositionKind.LEARNED,
                        OptionalLong.empty(),
                        OptionalInt.empty());
        return LanguageModelNetwork.of(manager, StartingModel.draw(config, manager, 1), options, 2);
    }

    static LanguageModelOptions languageModelOptions(int batch, int accumulate) {
        return new LanguageModelOptions(
                WIDTH, CONTEXT, CONTEXT, 0.01, 0, 0.1, new StepOptions(batch, accumulate, 2, 1));
    }

    static LanguageModelData.WindowExamples windows(int count) {
        Random random = new Random(1);
        int[] ids = random.ints((long) count * CONTEXT + 1, 0, VOCABULARY).toArray();
        return LanguageModelData.WindowExamples.of(ids, 0, ids.length, CONTEXT, CONTEXT);
    }

    static ClassifierNetwork classifier(ClassifierOptions options, int rows, int classes) {
        NDManager manager = NDManager.newBaseManager("PyTorch");
        Random random = new Random(2);
        float[] values = new float[rows * WIDTH];
        for (int i = 0; i < values.length; i++) {
            values[i] = (float) random.nextGaussian();
        }
        NDArray table = manager.create(values, new Shape(rows, WIDTH));
        return ClassifierNetwork.of(
                manager, table, classes, Network.Objective.ONE_CLASS, options, 2);
    }

    static NetworkLearner learner(Network network, Examples examples, StepOptions steps) {
        return new NetworkLearner(
                network,
                examples,
                examples,
                new Examples.ShuffledRows(examples.size(), steps),
                steps,
                TrainingDevices.cpu());
    }

    /** Rows of a file of two classes of words, of which some are common to both. */
    static Path writeLabelled(Path file, int rows) throws IOException {
        String[][] words = {{"cat", "dog", "horse", "tree"}, {"car", "road", "train", "tree"}};
        Random random = new Random(3);
        StringBuilder text = new StringBuilder();
        for (int row = 0; row < rows; row++) {
            int label = random.nextInt(2);
            text.append(label == 0 ? "alive" : "made").append('\t');
            for (int i = 0; i < 5; i++) {
                text.append(words[label][random.nextInt(4)]).append(' ');
            }
            text.append('\n');
        }
        return Files.writeString(file, text);
    }

    static BagExamples bags(Path file) throws IOException {
        try (TextTokenizer tokenizer = TextTokenizer.gpt2()) {
            LabeledTexts texts = LabeledTexts.read(file, tokenizer);
            return new BagExamples(texts, IntStream.range(0, texts.size()).toArray());
        }
    }

    static float[] floats(RowSource table) {
        float[] values = new float[table.rows() * table.width()];
        for (int row = 0; row < table.rows(); row++) {
            float[] from = table.row().apply(row);
            System.arraycopy(from, 0, values, row * table.width(), from.length);
        }
        return values;
    }
}
