package io.forestage;

import io.forestage.model.ModelFolder;
import io.forestage.model.ModelVerification;
import io.forestage.model.ServingProperties;
import io.forestage.tokens.TextTokenizer;
import io.forestage.training.classify.TextClassifier;
import io.forestage.weights.ShardIndex;
import io.forestage.weights.gguf.GgufFile;
import io.forestage.weights.numpy.NumpyFile;
import io.forestage.weights.safetensors.SafetensorsFile;
import io.forestage.weights.words.WordVectorFile;
import java.nio.file.Path;

/** Reads one file in a JVM with a small heap, and prints the outcome in one line. */
final class SmallHeapProcess {

    private SmallHeapProcess() {}

    public static void main(String[] args) {
        Path folder = Path.of(args[1]);
        try {
            read(args[0], folder);
            System.out.println("read");
        } catch (Exception refused) {
            System.out.println("refused: " + refused.getMessage());
        } catch (OutOfMemoryError e) {
            System.out.println("out of memory");
        }
    }

    private static void read(String reader, Path folder) throws Exception {
        switch (reader) {
            case "config" -> ModelFolder.open(folder);
            case "provenance" -> ModelVerification.of(folder);
            case "tokenizer" -> TextTokenizer.fromFolder(folder).close();
            case "index" -> ShardIndex.read(folder.resolve("model.safetensors.index.json"));
            case "safetensors" -> SafetensorsFile.open(folder.resolve("a.safetensors")).close();
            case "numpy" -> NumpyFile.open(folder.resolve("a.npz")).close();
            case "serving" -> ServingProperties.find(folder);
            case "gguf" -> GgufFile.open(folder.resolve("a.gguf")).close();
            case "words" -> WordVectorFile.open(folder.resolve("words.txt")).close();
            case "head" -> TextClassifier.load(folder).close();
            default -> throw new IllegalArgumentException(reader);
        }
    }
}
