package io.forestage.training.classify;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import io.forestage.tokens.TextTokenizer;
import io.forestage.training.session.Network;
import io.forestage.training.text.LabeledTexts;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Random;
import java.util.stream.IntStream;

/** Small classifiers and texts for them. */
public final class TestClassifiers {

    private static final int WIDTH = 8;

    private TestClassifiers() {}

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

    /** Writes texts of two classes, with some words in common. */
    public static Path writeLabelled(Path file, int rows) throws IOException {
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
}
